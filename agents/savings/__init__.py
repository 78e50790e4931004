"""What could be saved, what that would come to, and what it brought in the end. Thinks; never acts.

    readings      what is known of workloads, resources, volumes, buckets and bills, as values
    prices        what a core, a gibibyte and a path cost, and how a month is counted
    bounds        how sure a quantile, or a mean of weeks, is
    rightsizing   less requested than is ever used
    idle          what runs and nobody asks; orphaned: what is paid for and belongs to nothing
    tiers         storage that nobody reads; egress: traffic with a cheaper way
    commitments   what a commitment would have saved
    scheduling    nights and weekends of what is not production
    predicting    fewer replicas where the load forecast needs fewer
    combining     many savings together, no money counted twice; ranking: a plan that reaches a target
    measuring     what was saved, against what would have been

Pure: no clock, no files, nothing outside is asked.
"""
