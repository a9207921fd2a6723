"""The pages: a module a topic, a function a page."""
