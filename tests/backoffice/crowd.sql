-- One municipality's share of tests/backoffice/crowd.py. Ids read number-0000-7000-8000-<kind>, so that rows find each
-- other by arithmetic; a case's number grows with the moment it was received, one every few minutes until :now.
INSERT INTO municipality (municipality_id, name, name_en, kana, contact, created_at)
VALUES (:municipality, '市 ' || :municipality, '', '', '', :now);

INSERT INTO staff (municipality_id, id, login, name, role, created_at)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-737461666600', 'staff-' || n, '職員 ' || n,
       CASE WHEN n = 1 THEN 'administrator' ELSE 'staff' END, :now
FROM generate_series(1, :staff) n;

INSERT INTO organisation (municipality_id, id, name, contact, kind, partner, phone, mail, created_at)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-6f7267000000', '団体 ' || n, '', 'other', 'agreed', '', '', :now
FROM generate_series(1, :visits / 4) n;

INSERT INTO unit (municipality_id, id, organisation_id, parent_id, name, created_at)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-756e69740000',
       lpad(to_hex(1 + n % (:visits / 4)), 8, '0') || '-0000-7000-8000-6f7267000000', NULL, '署 ' || n, :now
FROM generate_series(1, :visits) n;

INSERT INTO member (municipality_id, id, organisation_id, unit_id, number, relation, name, kana, former_name, alias,
                    birth_month, name_key, search, seen_in)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-6d656d626572',
       lpad(to_hex(CASE WHEN n % 10 > 0 THEN 1 ELSE 1 + n % (:visits / 4) END), 8, '0') || '-0000-7000-8000-6f7267000000',
       NULL, 'M' || n, 'member', '氏' || md5(n::text), 'シ' || n, '', '', 1 + n % 12, '氏' || md5(n::text),
       '氏' || md5(n::text) || ' シ' || n || ' m' || n, lpad(to_hex(1), 8, '0') || '-0000-7000-8000-696d706f7274'
FROM generate_series(1, :members) n;

INSERT INTO roster_import (municipality_id, id, organisation_id, state, file_name, blob, columns, whole, rows, read,
                           "offset", added, changed, same, "left", wrong, errors, by, created_at)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-696d706f7274',
       lpad(to_hex(1 + n % (:visits / 4)), 8, '0') || '-0000-7000-8000-6f7267000000', 'done', 'roster.csv', '', '{}', true,
       1, 1, 0, 0, 0, 0, 0, 0, '[]', lpad(to_hex(1), 8, '0') || '-0000-7000-8000-737461666600', :now
FROM generate_series(1, :visits) n;

INSERT INTO visit (municipality_id, id, organisation_id, title, title_en, contact, state, starts_on, ends_on, created_at)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-766973697400',
       lpad(to_hex(1 + n % (:visits / 4)), 8, '0') || '-0000-7000-8000-6f7267000000', '訪問 ' || n, '', '', 'confirmed',
       (:now AT TIME ZONE 'Asia/Tokyo')::date - (:visits - n) * 2,
       (:now AT TIME ZONE 'Asia/Tokyo')::date - (:visits - n) * 2, :now
FROM generate_series(1, :visits) n;

INSERT INTO place (municipality_id, id, visit_id, name, name_en, position)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-706c61636500',
       lpad(to_hex(n), 8, '0') || '-0000-7000-8000-766973697400', '会場', '', 1
FROM generate_series(1, :visits) n;

INSERT INTO slot (municipality_id, id, place_id, day, begins, ends, capacity, walk_in)
SELECT :municipality, lpad(to_hex(v * 100 + n), 8, '0') || '-0000-7000-8000-736c6f740000',
       lpad(to_hex(v), 8, '0') || '-0000-7000-8000-706c61636500',
       (:now AT TIME ZONE 'Asia/Tokyo')::date - (:visits - v) * 2,
       time '09:00' + n * interval '15 minutes', time '09:15' + n * interval '15 minutes', 4, 0
FROM generate_series(1, :visits) v, generate_series(0, 31) n;

INSERT INTO booking (municipality_id, id, visit_id, slot_id, number, name, state, created_at)
SELECT :municipality, lpad(to_hex(v * 100 + n), 8, '0') || '-0000-7000-8000-626f6f6b0000',
       lpad(to_hex(v), 8, '0') || '-0000-7000-8000-766973697400',
       lpad(to_hex(v * 100 + n / 3), 8, '0') || '-0000-7000-8000-736c6f740000', 'B' || lpad(n::text, 3, '0'), '予約 ' || n,
       CASE WHEN n % 10 = 0 THEN 'cancelled' ELSE 'booked' END, :now
FROM generate_series(1, :visits) v, generate_series(0, 95) n;

INSERT INTO device (municipality_id, id, name, counter, public_key, visit_id, state, enrolled_at, last_seen_at)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-' || right(:municipality, 4) || '-7000-8000-646576000000', '端末 ' || n,
       upper(lpad(to_hex(n), 2, '0')), decode('00', 'hex'), lpad(to_hex(:visits), 8, '0') || '-0000-7000-8000-766973697400',
       'active', :now, :now
FROM generate_series(1, :devices) n;

INSERT INTO packet (municipality_id, id, device_id, visit_id, sequence, fork, loose, previous, record_id, recipient_key, size,
                    blob, received_at, receipt, state)
SELECT :municipality, md5(n::text) || md5(:municipality || n::text),
       lpad(to_hex(1 + n % :devices), 8, '0') || '-' || right(:municipality, 4) || '-7000-8000-646576000000',
       lpad(to_hex(1 + CAST(n::bigint * (:visits - 1) / :cases AS int)), 8, '0') || '-0000-7000-8000-766973697400',
       1 + n / :devices, '', n <= :devices, md5((n - :devices)::text) || md5(:municipality || (n - :devices)::text),
       lpad(to_hex(n), 8, '0') || '-0000-7000-8000-7265636f7264', 'ffffffffffffffff', 300000, 'packets/' || n,
       :now - (:cases - n) * :seconds * interval '1 second', '{}',
       CASE WHEN n % 5000 = 17 THEN 'failed' ELSE 'opened' END
FROM generate_series(1, :cases) n;

INSERT INTO "case" (municipality_id, id, record_id, packet_id, visit_id, device_id, slip, slip_running, form_id, birth_date,
                    method, delivery, card_verdict, photo_key, record, taken_at, received_at, overrides, state, version,
                    decided_at, decided_by, return_reasons)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-636173650000',
       lpad(to_hex(n), 8, '0') || '-0000-7000-8000-7265636f7264', md5(n::text) || md5(:municipality || n::text),
       lpad(to_hex(1 + CAST(n::bigint * (:visits - 1) / :cases AS int)), 8, '0') || '-0000-7000-8000-766973697400',
       lpad(to_hex(1 + n % :devices), 8, '0') || '-' || right(:municipality, 4) || '-7000-8000-646576000000',
       upper(lpad(to_hex(1 + n % :devices), 2, '0')) || '-' || lpad((1 + n / :devices % 200)::text, 4, '0') || '-' || n % 10,
       1 + n / :devices % 200,
       CASE WHEN n % 25 > 0 THEN left(lpad((hashtextextended(n::text, 0) & 9223372036854775807)::text, 19, '0') || '0000', 23) END,
       date '1950-01-01' + n % 20000,
       CASE WHEN n % 2000 = 999 THEN 'application_support' WHEN n % 7 = 0 THEN 'reception_at_application'
            ELSE 'onsite_reception' END,
       'restricted_delivery_mail', CASE WHEN n % 3 > 0 THEN 'valid' END, NULL,
       CASE WHEN n % 20 = 0 THEN :record ELSE '{}' END,
       :now - (:cases - n) * :seconds * interval '1 second' - interval '5 minutes',
       :now - (:cases - n) * :seconds * interval '1 second', CASE WHEN n % 50 = 3 THEN 'photo_confirmed' ELSE '' END,
       CASE WHEN n > :cases * 0.98 THEN CASE WHEN n % 40 = 3 THEN 'second_check' WHEN n % 90 = 5 THEN 'escalated'
                                             WHEN n % 5 = 1 THEN 'approved' ELSE 'received' END
            WHEN n % 30 = 7 THEN 'returned' WHEN n % 500 = 9 THEN 'duplicate' ELSE 'approved' END,
       2, CASE WHEN n <= :cases * 0.98 OR n % 5 = 1 THEN
            :now - (:cases - n) * :seconds * interval '1 second' + interval '1 day' END,
       CASE WHEN n <= :cases * 0.98 THEN lpad(to_hex(1 + n % :staff), 8, '0') || '-0000-7000-8000-737461666600' END,
       CASE WHEN n <= :cases * 0.98 AND n % 30 = 7 THEN 'photo.unclear' ELSE '' END
FROM generate_series(1, :cases) n;

INSERT INTO case_event (municipality_id, case_id, version, at, step, actor, reasons, note)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-636173650000', v,
       :now - (:cases - n) * :seconds * interval '1 second', CASE v WHEN 1 THEN 'received' ELSE 'approved' END,
       lpad(to_hex(1 + n % :staff), 8, '0') || '-0000-7000-8000-737461666600', '', ''
FROM generate_series(1, :cases) n, generate_series(1, 2) v;

INSERT INTO audit_entry (municipality_id, sequence, at, actor, action, subject, detail, previous, hash)
SELECT :municipality, n, :now - (:cases - n) * :seconds * interval '1 second',
       lpad(to_hex(1 + n % :staff), 8, '0') || '-0000-7000-8000-737461666600',
       CASE WHEN n % 1000 = 4 THEN 'case.exported' WHEN n % 3 = 0 THEN 'case.opened' ELSE 'case.approved' END,
       'case:' || lpad(to_hex(n), 8, '0') || '-0000-7000-8000-636173650000', '', '', ''
FROM generate_series(1, :cases) n;

INSERT INTO audit_head (municipality_id, sequence, hash) VALUES (:municipality, :cases, repeat('0', 64));

INSERT INTO quarantine (municipality_id, packet_id, reason, device_id, authenticated, size, blob, times, first_at, last_at,
                        released_at)
SELECT :municipality, md5(n::text) || md5('q' || n::text), 'packet.sequence_conflict',
       lpad(to_hex(1 + n % :devices), 8, '0') || '-' || right(:municipality, 4) || '-7000-8000-646576000000', true, 300000, 'q/' || n,
       1, :now, :now - n * interval '1 hour', CASE WHEN n > 20 THEN :now END
FROM generate_series(1, :cases / 200) n;

INSERT INTO saved_view (municipality_id, id, owner_id, name, conditions, shared, created_at)
SELECT :municipality, lpad(to_hex(n), 8, '0') || '-0000-7000-8000-766965770000',
       lpad(to_hex(1 + n % :staff), 8, '0') || '-0000-7000-8000-737461666600', '一覧 ' || n, 'state=received', n % 50 = 0, :now
FROM generate_series(1, :staff * 5) n
