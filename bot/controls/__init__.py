"""What people hold in their hands beside single plans: the switch, the limits, standing approvals."""
