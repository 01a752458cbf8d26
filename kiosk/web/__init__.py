"""The screens: the applicant's at the kiosk, the attendant's on a tablet, the waiting room's display.

Plain forms over HTTP; scripts make them nicer, never necessary. The pages of one applicant all live at `/`, so that
no history, address or log says anything about a person.
"""
