"""The Explorer: from an upload to believed segments in the browser, and an API; one Django project, one worker."""
