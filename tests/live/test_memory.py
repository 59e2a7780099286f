"""Resident memory of the controller at 500 live calls: being written."""
