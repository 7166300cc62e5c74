"""Gates: plausibility checks that decide whether data may go on."""
