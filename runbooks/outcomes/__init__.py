"""What ended runs teach: whether a procedure worked, how often, and how likely it is to work again. Pure."""
