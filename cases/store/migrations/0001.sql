-- Instants are TEXT, RFC 3339 in UTC with milliseconds; unknown ones NULL.
-- Lists are JSON arrays. Digests are lower-case hexadecimal.

-- What happened, chained. journal_head is its end, kept apart so that a cut tail shows.
CREATE TABLE journal (
    seq      INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    event    TEXT NOT NULL,
    case_ref TEXT NOT NULL DEFAULT '',
    content  TEXT NOT NULL,          -- JSON object
    digest   TEXT NOT NULL,          -- SHA-256 of the canonical content
    hash     TEXT NOT NULL           -- SHA-256(previous hash, seq, digest)
);
CREATE INDEX journal_case ON journal(case_ref, seq);
CREATE INDEX journal_waiting ON journal(seq) WHERE event IN ('mail_attached', 'mail_refused');
CREATE TABLE journal_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
);

-- When the data folder was made: schedules begin here.
CREATE TABLE origin (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    made_at TEXT NOT NULL,
    mailbox TEXT NOT NULL
);

-- The editions as first seen; their dates bind once a case exists.
CREATE TABLE call (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    opens     TEXT NOT NULL,
    deadline  TEXT NOT NULL,
    last_case INTEGER NOT NULL DEFAULT 0, -- number of its newest case
    frozen_at TEXT                        -- the deadline transition
);

-- The files of each edition's pack, all that ever were in it.
CREATE TABLE pack (
    call_id TEXT NOT NULL REFERENCES call(id),
    name    TEXT NOT NULL,
    size    INTEGER NOT NULL,
    sha256  TEXT NOT NULL,
    PRIMARY KEY (call_id, name, sha256)
);

CREATE TABLE mail (
    id           INTEGER PRIMARY KEY,
    direction    TEXT NOT NULL DEFAULT 'in', -- out: written by staff from a mail client
    raw_sha256   TEXT NOT NULL UNIQUE,
    size         INTEGER NOT NULL,
    oversize     INTEGER NOT NULL,        -- only the header is held
    message_id   TEXT NOT NULL,
    from_name    TEXT NOT NULL,
    from_address TEXT NOT NULL,
    from_key     TEXT NOT NULL,
    reply_to     TEXT NOT NULL,           -- [{name,address}]
    subject      TEXT NOT NULL,
    refs         TEXT NOT NULL,           -- Message-IDs it answers, most telling first
    tokens       TEXT NOT NULL,           -- of letters of ours that it answers or speaks of
    text         TEXT NOT NULL,           -- what it says anew, unquoted; its beginning
    signature    TEXT NOT NULL DEFAULT '',-- the block below it, where it is marked as one; its beginning
    rest         TEXT NOT NULL DEFAULT '',-- its other text: what it quotes, its signature; its beginning
    kind         TEXT NOT NULL,
    answerable   INTEGER NOT NULL,
    reasons      TEXT NOT NULL,
    warnings     TEXT NOT NULL,
    links        TEXT NOT NULL,           -- to file transfer services
    failed       TEXT NOT NULL,           -- a bounce: addresses that cannot be reached
    about        TEXT NOT NULL,           -- a bounce: the Message-ID it speaks of
    boundary     TEXT,
    internaldate TEXT,
    date         TEXT,
    date_offset  INTEGER,                 -- of date as its sender wrote it, seconds east of Greenwich
    fetched      TEXT NOT NULL,
    instant      TEXT NOT NULL,           -- the one that counts
    clock        TEXT NOT NULL,           -- and whose it is
    call_id      TEXT REFERENCES call(id),
    timeliness   TEXT,                    -- against that call's deadline
    case_id      INTEGER REFERENCES "case"(id), -- joined; or waits beside it
    place        TEXT NOT NULL,           -- opens joins waiting kept refused
    why          TEXT NOT NULL,
    linked_ref   TEXT NOT NULL DEFAULT '',
    by_token     INTEGER NOT NULL,        -- joined as the answer to a letter of ours
    added        INTEGER NOT NULL,        -- from an address that may only add files
    answer       INTEGER NOT NULL,        -- a letter may be owed
    closed       INTEGER NOT NULL,        -- its sender is to hear that no call takes it
    carries      INTEGER NOT NULL,        -- it has a file that could be a deposit
    tells        INTEGER NOT NULL DEFAULT 0, -- it has facts
    copy_of      INTEGER REFERENCES mail(id), -- same Message-ID, other bytes, same files
    beside_id    INTEGER REFERENCES "case"(id), -- where it waited before staff attached it
    beside_call  TEXT,                    -- the edition it then belonged to, '' none; NULL: staff attached nothing
    taken_back   INTEGER NOT NULL DEFAULT 0,  -- how often staff attached it and took that back
    assessed_at  TEXT
);
CREATE INDEX mail_message_id ON mail(message_id);
CREATE INDEX mail_from ON mail(from_key);
CREATE INDEX mail_case ON mail(case_id);
CREATE INDEX mail_carrying ON mail(case_id, carries); -- a thread may have thousands that carry nothing
CREATE INDEX mail_linking ON mail(case_id) WHERE links <> '[]';
CREATE INDEX mail_telling ON mail(case_id) WHERE tells = 1;
CREATE INDEX mail_deposit ON mail(call_id, substr(instant, 1, 14), substr(instant, 15, 2) / 15, instant, direction, place) WHERE carries = 1; -- by quarters of an hour, as they are counted
CREATE INDEX mail_waiting ON mail(instant) WHERE place = 'waiting';
CREATE INDEX mail_kind ON mail(kind);
CREATE INDEX mail_to_assess ON mail(id) WHERE assessed_at IS NULL;

-- Where each mail was found. A row without a mail was set aside.
CREATE TABLE source (
    id          INTEGER PRIMARY KEY,
    mailbox     TEXT NOT NULL,
    folder      TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    mail_id     INTEGER REFERENCES mail(id),
    raw_sha256  TEXT NOT NULL DEFAULT '', -- '' when not even the bytes could be had
    internaldate TEXT,
    fetched     TEXT NOT NULL,
    marked_at   TEXT,                     -- flagged or moved on the server
    error       TEXT NOT NULL DEFAULT '', -- why it was set aside
    tries       INTEGER NOT NULL DEFAULT 0,
    UNIQUE (mailbox, folder, uidvalidity, uid)
);
CREATE INDEX source_mail ON source(mail_id);
CREATE INDEX source_set_aside ON source(id) WHERE mail_id IS NULL;
CREATE INDEX source_unmarked ON source(id) WHERE marked_at IS NULL AND mail_id IS NOT NULL;

-- The last complete reading of a folder.
CREATE TABLE reading (
    mailbox     TEXT NOT NULL,
    folder      TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    begun_at    TEXT NOT NULL,
    ended_at    TEXT NOT NULL,
    PRIMARY KEY (mailbox, folder)
);

-- How far the folder of sent mail was read, and our letters that lie in it.
CREATE TABLE sent_reading (
    mailbox     TEXT NOT NULL,
    folder      TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    last_uid    INTEGER NOT NULL,
    PRIMARY KEY (mailbox, folder)
);
CREATE TABLE sent_copy (
    token   TEXT PRIMARY KEY,
    seen_at TEXT NOT NULL
);

CREATE TABLE part (
    id            INTEGER PRIMARY KEY,
    mail_id       INTEGER NOT NULL REFERENCES mail(id),
    part          TEXT NOT NULL,          -- its ID within the mail
    filename      TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    detected_type TEXT NOT NULL DEFAULT '',
    size          INTEGER NOT NULL,
    sha256        TEXT NOT NULL,
    inline        INTEGER NOT NULL,
    furniture     INTEGER NOT NULL,
    member_of     TEXT NOT NULL,
    locator       TEXT NOT NULL,
    role          TEXT NOT NULL DEFAULT '', -- deposit, container (its members are deposits), or ''
    state         TEXT NOT NULL DEFAULT 'present',
    fault         TEXT NOT NULL DEFAULT '', -- why it cannot be read
    suggests      TEXT NOT NULL DEFAULT '[]',
    warnings      TEXT NOT NULL DEFAULT '[]',
    scan          TEXT NOT NULL DEFAULT 'not_scanned', -- not_scanned pending clean infected unavailable
    scan_detail   TEXT NOT NULL DEFAULT '', -- what the antivirus found, or why it cannot say
    to_scan       INTEGER NOT NULL DEFAULT 0, -- it is to be asked when it can be
    UNIQUE (mail_id, part)
);

-- What staff say of a file, beside what was recognised in it.
CREATE TABLE sorting (
    part_id INTEGER PRIMARY KEY REFERENCES part(id),
    verdict TEXT NOT NULL,                -- pieces none unreadable refused
    pieces  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at TEXT NOT NULL
);
CREATE INDEX part_sha256 ON part(sha256);
CREATE INDEX part_deposit ON part(mail_id) WHERE role = 'deposit';
CREATE INDEX part_scan ON part(scan) WHERE role = 'deposit';
CREATE INDEX part_to_scan ON part(mail_id) WHERE to_scan = 1;

CREATE TABLE "case" (
    id           INTEGER PRIMARY KEY,
    ref          TEXT NOT NULL UNIQUE,
    call_id      TEXT NOT NULL REFERENCES call(id),
    opened_by    INTEGER NOT NULL,        -- the mail
    linked_ref   TEXT NOT NULL DEFAULT '',-- case of an earlier edition
    merged_into  INTEGER REFERENCES "case"(id), -- where all its mails went, by staff
    name         TEXT NOT NULL,
    address      TEXT NOT NULL,
    organisation TEXT NOT NULL DEFAULT '',
    phase        TEXT NOT NULL,
    timeliness   TEXT,
    completeness TEXT NOT NULL,
    publication  TEXT NOT NULL,
    opened_at    TEXT NOT NULL,
    deposited_at TEXT,
    assigned_to  INTEGER REFERENCES staff(id)
);
CREATE INDEX case_call ON "case"(call_id, phase);
CREATE INDEX case_merged ON "case"(merged_into) WHERE merged_into IS NOT NULL;

-- What is told of a candidate: by a mail or a file of it, or by staff.
CREATE TABLE fact (
    id      INTEGER PRIMARY KEY,
    mail_id INTEGER REFERENCES mail(id),
    part    TEXT NOT NULL DEFAULT '',     -- the file of that mail; '': what the mail itself says
    case_id INTEGER REFERENCES "case"(id), -- staff said it of this case
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    doubt   TEXT NOT NULL DEFAULT '',     -- why it is not to be believed
    source  TEXT NOT NULL,                -- person, form, budget, text, mail
    actor   TEXT NOT NULL DEFAULT '',     -- of staff
    at      TEXT,                         -- when staff said so
    CHECK ((mail_id IS NULL) <> (case_id IS NULL))
);
CREATE INDEX fact_mail ON fact(mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX fact_case ON fact(case_id) WHERE case_id IS NOT NULL;

-- What staff write down on a case: one adds, nobody changes or deletes.
CREATE TABLE note (
    id      INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES "case"(id),
    text    TEXT NOT NULL,
    actor   TEXT NOT NULL,
    at      TEXT NOT NULL
);
CREATE INDEX note_case ON note(case_id);

-- Free words on cases.
CREATE TABLE label (
    case_id INTEGER NOT NULL REFERENCES "case"(id),
    key     TEXT NOT NULL,                -- the word folded
    word    TEXT NOT NULL,
    PRIMARY KEY (case_id, key)
);
CREATE INDEX label_key ON label(key);

-- The addresses a case knows. "added" ones came by token and may only add files.
CREATE TABLE sender (
    case_id INTEGER NOT NULL REFERENCES "case"(id),
    address TEXT NOT NULL,                -- folded
    role    TEXT NOT NULL,                -- candidate, known, added
    bounced INTEGER NOT NULL DEFAULT 0,   -- mail to it does not arrive
    PRIMARY KEY (case_id, address)
);
CREATE INDEX sender_address ON sender(address);

-- The pieces of a case as last assessed.
CREATE TABLE piece (
    case_id  INTEGER NOT NULL REFERENCES "case"(id),
    position INTEGER NOT NULL,
    piece    TEXT NOT NULL,
    label    TEXT NOT NULL,
    required INTEGER NOT NULL,
    status   TEXT NOT NULL,
    parts    TEXT NOT NULL,               -- ids of its files, best first
    PRIMARY KEY (case_id, position)
);
CREATE INDEX piece_state ON piece(piece, status, case_id, required, position, label); -- counted over all cases

CREATE TABLE snapshot (
    id       INTEGER PRIMARY KEY,
    case_id  INTEGER NOT NULL REFERENCES "case"(id),
    version  INTEGER NOT NULL,
    taken_at TEXT NOT NULL,
    content  TEXT NOT NULL,               -- JSON: pieces, files, sizes, SHA-256
    digest   TEXT NOT NULL,               -- SHA-256 of content, journaled
    UNIQUE (case_id, version)
);

CREATE TABLE letter (
    id           INTEGER PRIMARY KEY,
    about_kind   TEXT NOT NULL,
    about_id     TEXT NOT NULL,
    kind         TEXT NOT NULL,
    occurrence   TEXT NOT NULL,
    case_id      INTEGER REFERENCES "case"(id),
    mail_id      INTEGER REFERENCES mail(id),
    call_id      TEXT,
    to_name      TEXT NOT NULL,
    to_address   TEXT NOT NULL,
    to_key       TEXT NOT NULL,
    to_bare      TEXT NOT NULL,           -- without a +tag: all tagged forms are one reader
    to_domain    TEXT NOT NULL,
    token        TEXT NOT NULL UNIQUE,
    message_id   TEXT NOT NULL UNIQUE,
    in_reply_to  TEXT NOT NULL,
    refs         TEXT NOT NULL,
    facts        TEXT NOT NULL,
    state        TEXT NOT NULL,           -- owed worded retrying held sent refused bounced cancelled
    owed_at      TEXT NOT NULL,
    next_at      TEXT,                    -- when it may be tried; NULL when settled
    attempts     INTEGER NOT NULL DEFAULT 0,
    template     TEXT NOT NULL DEFAULT '',-- its name and digest
    subject      TEXT NOT NULL DEFAULT '',
    worded_at    TEXT,
    sha256       TEXT NOT NULL DEFAULT '',
    size         INTEGER NOT NULL DEFAULT 0,
    sent_at      TEXT,
    last_answer  TEXT NOT NULL DEFAULT '',
    author       TEXT NOT NULL DEFAULT '',-- of staff, of a letter that they wrote or sent again
    form         TEXT UNIQUE,             -- of the form that staff sent: sent twice, it owes one letter
    UNIQUE (about_kind, about_id, kind, occurrence)
);
CREATE INDEX letter_due ON letter(next_at) WHERE next_at IS NOT NULL;
CREATE INDEX letter_case ON letter(case_id);
CREATE INDEX letter_mail ON letter(mail_id);
CREATE INDEX letter_state ON letter(state);
CREATE INDEX letter_sent ON letter(sent_at);
CREATE INDEX letter_sent_address ON letter(to_bare, sent_at);
CREATE INDEX letter_sent_domain ON letter(to_domain, sent_at);

-- The tokens that letters would have under token keys used before: so they were
-- signed if the letter left before a restore.
CREATE TABLE former_token (
    token     TEXT PRIMARY KEY,
    letter_id INTEGER NOT NULL REFERENCES letter(id)
) WITHOUT ROWID;
CREATE INDEX former_token_letter ON former_token(letter_id);

-- The exact bytes of a letter: literal, or the base64 of an archived file.
CREATE TABLE segment (
    letter_id INTEGER NOT NULL REFERENCES letter(id),
    position  INTEGER NOT NULL,
    literal   BLOB,
    sha256    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (letter_id, position)
) WITHOUT ROWID;

CREATE TABLE attempt (
    letter_id INTEGER NOT NULL REFERENCES letter(id),
    n         INTEGER NOT NULL,
    began_at  TEXT NOT NULL,
    ended_at  TEXT,                       -- NULL: left open
    outcome   TEXT NOT NULL DEFAULT '',   -- delivered, temporary, permanent, unknown
    answer    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (letter_id, n)
) WITHOUT ROWID;

CREATE TABLE task (
    id        INTEGER PRIMARY KEY,
    case_id   INTEGER REFERENCES "case"(id),
    mail_id   INTEGER REFERENCES mail(id),
    letter_id INTEGER REFERENCES letter(id),
    other_id  INTEGER REFERENCES "case"(id), -- of a proposed merge: with which case
    kind      TEXT NOT NULL,
    detail    TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    done_at   TEXT,
    done_by   TEXT NOT NULL DEFAULT '',   -- staff said so; '': what it asked for happened
    word      TEXT NOT NULL DEFAULT ''    -- what became of it, as they said
);
CREATE INDEX task_open ON task(kind, opened_at) WHERE done_at IS NULL;
CREATE INDEX task_by_hand ON task(done_at) WHERE done_by <> '';
CREATE INDEX task_case ON task(case_id);
CREATE INDEX task_mail ON task(mail_id);
CREATE INDEX task_other ON task(other_id);

-- What staff decided of cases, beside what the evidence says.
CREATE TABLE decision (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,              -- arbitration derogation phase merge split
    case_id   INTEGER NOT NULL REFERENCES "case"(id),
    other_id  INTEGER REFERENCES "case"(id), -- merge: into which; split: to which
    mail_id   INTEGER REFERENCES mail(id),-- arbitration only
    verdict   TEXT,                       -- arbitration: on_time, late; phase: the new one
    motive    TEXT NOT NULL,
    actor     TEXT NOT NULL,
    at        TEXT NOT NULL,
    before    TEXT NOT NULL,              -- JSON: what taking it back restores
    undone_at TEXT,
    undone_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX decision_case ON decision(case_id);
CREATE INDEX decision_other ON decision(other_id);
CREATE UNIQUE INDEX decision_mail ON decision(mail_id) WHERE mail_id IS NOT NULL AND undone_at IS NULL;

-- Pieces that staff asked for after the deadline.
CREATE TABLE complement (
    id       INTEGER PRIMARY KEY,
    case_id  INTEGER NOT NULL REFERENCES "case"(id),
    pieces   TEXT NOT NULL,               -- [{piece,why}]
    message  TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    due      TEXT NOT NULL,               -- the last good second
    prolonged INTEGER NOT NULL DEFAULT 0, -- how often
    ended_at TEXT,
    outcome  TEXT NOT NULL DEFAULT ''     -- met passed withdrawn
);
CREATE INDEX complement_case ON complement(case_id);
CREATE UNIQUE INDEX complement_open ON complement(case_id) WHERE outcome = ''; -- one at a time

CREATE TABLE alarm (
    kind     TEXT NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT,
    detail   TEXT NOT NULL,
    PRIMARY KEY (kind, began_at)
);

-- Members of staff who may sign in to the desk.
CREATE TABLE staff (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    key         TEXT NOT NULL UNIQUE,     -- the name folded: what is typed to sign in
    password    TEXT NOT NULL,            -- argon2id, as RFC 9106 encodes it; '': none, signs in by link
    added_at    TEXT NOT NULL,
    disabled_at TEXT
);

-- Who is signed in, and one-time links. Of each token only the SHA-256 is kept.
CREATE TABLE session (
    token_sha256 TEXT PRIMARY KEY,
    staff_id     INTEGER NOT NULL REFERENCES staff(id),
    began_at     TEXT NOT NULL,
    seen_at      TEXT NOT NULL            -- within a few minutes
);
CREATE TABLE login_link (
    token_sha256 TEXT PRIMARY KEY,
    staff_id     INTEGER NOT NULL REFERENCES staff(id),
    expires_at   TEXT NOT NULL
);

-- Lists of cases that staff keep under a name.
CREATE TABLE saved_view (
    id       INTEGER PRIMARY KEY,
    staff_id INTEGER REFERENCES staff(id), -- whose; NULL: everybody's
    name     TEXT NOT NULL,
    key      TEXT NOT NULL,               -- the name folded
    asks     TEXT NOT NULL,               -- the query in the address of the list
    saved_by TEXT NOT NULL,
    saved_at TEXT NOT NULL
);
CREATE UNIQUE INDEX saved_view_key ON saved_view(COALESCE(staff_id, 0), key);
