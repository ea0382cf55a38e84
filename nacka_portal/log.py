"""What the log leaves out."""

import logging


class RefusalsWithoutTraceback(logging.Filter):
    """Keep a refused request to one line: somebody was told no, and nothing is broken."""

    def filter(self, record):
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
