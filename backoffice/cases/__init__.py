"""The case desk: every received application, looked at, approved or returned to the applicant with reasons."""
