"""What will have been spent: at the end of this month and of the next three, and how sure that is.

    series     costs by day or by month, with what is missing
    calendars  the week, and what comes on the same day of every month
    flattened  a level without those and without single spikes, which models are better at
    members    single forecasts: the run-rate, the shape of past months, a calendar, levels, AutoETS, AutoTheta
    ensemble   what the members say together, each counting by how well it did on this series before
    outlook    month by month, with intervals taken from the errors of the same forecast in the past

Pure: no clock, no files. The models of `statsforecast` are used where it is installed; where not, that is said.
"""
