"""Returning: rejects as files of the original shape with the reason beside each record, to be corrected and dropped again."""
