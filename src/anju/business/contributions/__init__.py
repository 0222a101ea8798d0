"""缴存: what employers and members pay in, and the state of an enrolment."""
