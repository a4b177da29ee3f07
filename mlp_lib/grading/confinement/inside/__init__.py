"""Code that runs inside a sandbox, or stands in for what is not there."""
