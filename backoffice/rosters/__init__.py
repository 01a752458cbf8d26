"""名簿: who belongs to an organisation, so that bookings and counts need nothing typed twice."""
