"""The gallery: every page of every report as a picture, in both languages, for people who judge how it looks."""
