"""Who is on call: schedules of a file, of calendars, of PagerDuty and of Opsgenie, asked in one way."""
