"""Microsoft Teams: people talk to Quarterdeck in chats and channels, and decide on plans on a card there.

What lives here renders and receives; it decides nothing. Nobody else imports botbuilder.
"""
