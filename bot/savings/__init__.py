"""Savings of a tenant: what finders say of what is measured and billed, plans of them, and what they brought.

    ports       what is asked of the cluster, of Prometheus and of the bills
    workloads   what each workload requests and used, put together
    bills       what the bills say that finders go by, and the month before anything is saved
    service     finds, ranks, plays through, takes up and measures

It looks and thinks. What acts is a plan of tool calls, submitted as any other.
"""
