"""Ready schedules of the refresh: a crontab line, systemd units, a workflow for a git host.

All of them start `phengraph refresh --if-due` once a day: the refresh itself knows what is due, so a run that was
missed is caught up the next day, and none is done twice. Nothing here holds the key: it comes from a file of the
person's own, or from the host's secrets.
"""
