"""The data mart of costs, against answers worked out in plain Python."""
