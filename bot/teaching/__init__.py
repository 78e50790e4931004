"""What past turns teach, gathered, replayed, reviewed and put in use.

gathering   past turns out of the store, with what people made of them
trying      the interpreter with and without lessons
ranks       runbooks and models as they are put in order
room        reviews lessons, and puts them in use
"""
