"""When a site is open: local time, calendars and the file in which they are written. Pure: what a library knows of time
zones and holidays is given from outside (`calendar_file.World`).
"""
