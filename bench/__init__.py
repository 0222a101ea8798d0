"""Workloads against named baselines, measured in turns through the same driver.

Only ratios are judged: seconds belong to a machine and to what else it does meanwhile.
"""
