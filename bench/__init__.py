"""`make bench`: how fast the line answers, beside a bare view, in one run."""
