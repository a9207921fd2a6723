"""What has moved since the period before, beyond what weeks differ by anyway."""
