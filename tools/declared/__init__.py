"""What settings declare: hands of an operator's own, as data, checked when they are read."""
