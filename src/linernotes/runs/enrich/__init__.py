"""Asking the services: the queue, the plan, the scheduler, and what a run may cost."""
