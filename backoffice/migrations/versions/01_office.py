"""The office's first tables: organisations, visits, devices, packets, quarantine, jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "01_office"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundle_issue",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "device_id", name=op.f("pk_bundle_issue")),
    )
    op.create_table(
        "job",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_due", "job", ["state", "run_after"], unique=False)
    op.create_table(
        "municipality",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("kana", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", name=op.f("pk_municipality")),
    )
    op.create_table(
        "quarantine",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("packet_id", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=True),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("municipality_id", "packet_id", "reason", name=op.f("pk_quarantine")),
    )
    op.create_index("ix_quarantine_last", "quarantine", ["municipality_id", "last_at"], unique=False)
    op.create_table(
        "request_nonce",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "device_id", "nonce", name=op.f("pk_request_nonce")),
    )
    op.create_index("ix_request_nonce_expires", "request_nonce", ["expires_at"], unique=False)
    op.create_table(
        "attendant",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("pin_hash", sa.String(256), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.municipality_id"], name=op.f("fk_attendant_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "staff_id", name=op.f("pk_attendant")),
    )
    op.create_table(
        "device",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("counter", sa.String(2), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.municipality_id"], name=op.f("fk_device_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_device")),
        sa.UniqueConstraint("municipality_id", "counter", name=op.f("uq_device_municipality_id_counter")),
    )
    op.create_index("ix_device_id", "device", ["id"], unique=True)
    op.create_table(
        "enrolment_code",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("code_sha256", sa.String(64), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=True),
        sa.Column("office_key", sa.String(16), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_id", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.municipality_id"], name=op.f("fk_enrolment_code_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_enrolment_code")),
    )
    op.create_index("ix_enrolment_code_hash", "enrolment_code", ["code_sha256"], unique=True)
    op.create_table(
        "organisation",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.municipality_id"], name=op.f("fk_organisation_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "packet",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=True),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("recipient_key", sa.String(16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "device_id"],
            ["device.municipality_id", "device.id"],
            name=op.f("fk_packet_municipality_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_packet")),
        sa.UniqueConstraint(
            "municipality_id", "device_id", "sequence", name=op.f("uq_packet_municipality_id_device_id_sequence")
        ),
    )
    op.create_index("ix_packet_state", "packet", ["municipality_id", "state", "received_at"], unique=False)
    op.create_index("ix_packet_visit", "packet", ["municipality_id", "visit_id", "device_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("parent_id", sa.String(36), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
            name=op.f("fk_unit_municipality_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "parent_id"],
            ["unit.municipality_id", "unit.id"],
            name=op.f("fk_unit_municipality_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_unit")),
    )
    op.create_table(
        "visit",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("title_en", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
            name=op.f("fk_visit_municipality_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_starts", "visit", ["municipality_id", "starts_on"], unique=False)
    op.create_table(
        "place",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "visit_id"],
            ["visit.municipality_id", "visit.id"],
            name=op.f("fk_place_municipality_id_visit_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_place")),
    )
    op.create_index("ix_place_visit", "place", ["municipality_id", "visit_id", "position"], unique=False)
    op.create_table(
        "slot",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("place_id", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "place_id"],
            ["place.municipality_id", "place.id"],
            name=op.f("fk_slot_municipality_id_place_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_slot")),
        sa.UniqueConstraint(
            "municipality_id", "place_id", "day", "begins", name=op.f("uq_slot_municipality_id_place_id_day_begins")
        ),
    )
    op.create_table(
        "booking",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("slot_id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "slot_id"],
            ["slot.municipality_id", "slot.id"],
            name=op.f("fk_booking_municipality_id_slot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "visit_id"],
            ["visit.municipality_id", "visit.id"],
            name=op.f("fk_booking_municipality_id_visit_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_booking")),
        sa.UniqueConstraint(
            "municipality_id", "visit_id", "number", name=op.f("uq_booking_municipality_id_visit_id_number")
        ),
    )
    op.create_index("ix_booking_slot", "booking", ["municipality_id", "slot_id"], unique=False)
