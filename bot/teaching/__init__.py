"""What past turns teach, gathered, replayed, reviewed and put in use.

gathering   past turns out of the store, with what people made of them
trying      the interpreter with and without lessons
room        reviews lessons, and puts them in use
"""
