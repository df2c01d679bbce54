"""What can be reported about, one file a dataset; each says in its description what a row is.

What is joined to what, measures and caveats: docs/guides/datasets.md.
"""

from headwater.insight.engine import all_datasets, dataset, datasets_for, kind_of, register_dataset

__all__ = ["all_datasets", "dataset", "datasets_for", "kind_of", "register", "register_dataset"]


def register() -> None:
    """Make the datasets of the house known, in the order in which they are offered."""
    from headwater.insight.datasets import (
        acquisition,
        dispatch,
        follow_ups,
        journey,
        lead_flow,
        leads,
        opportunities,
        payments,
        targets,
        tasks,
    )

    for make in (
        leads.leads,
        journey.journey,
        acquisition.acquisition,
        lead_flow.lead_flow,
        follow_ups.follow_ups,
        opportunities.opportunities,
        payments.payments,
        targets.results,
        targets.targets,
        tasks.tasks,
        dispatch.dispatch,
    ):
        register_dataset(make())
