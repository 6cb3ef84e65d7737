"""Many variants of one workbook, solved from one base plan: what a worker does, who works, and what is kept of a stopped ensemble.

    work      a job (workbook, scenario, options, basis) and how a member of it is solved
    crews     this process, or processes of this machine
    cluster   the workers of a Dask cluster
    journal   rows of finished members on disk
    ensemble  all of a list of members, each once

Limits: what a member gives back is a row of numbers, not its plan.
"""
