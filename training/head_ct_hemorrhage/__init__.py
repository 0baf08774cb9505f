"""Intracranial hemorrhage on head CT, slice by slice."""
