"""Do the published figures come out, and what changes under our defaults?"""
