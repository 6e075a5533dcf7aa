"""Enrichment: the queue, the plan, the scheduler and the budget of a run."""
