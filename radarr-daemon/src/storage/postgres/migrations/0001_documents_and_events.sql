-- The first schema. Never edit it after a release: add a file with the next number (see ../migrate.rs).
--
-- Each kind of document that is queried or constrained has a table of its own, with what it is queried by as columns
-- told from the body; the others share `document`. The names are compared byte by byte (COLLATE "C"), as sled does.

-- One row: where the log stands. Whoever commits locks it first, so that versions and cursors are given in the order
-- in which commits become visible, without holes.
CREATE TABLE log_state (
    one           boolean PRIMARY KEY DEFAULT true CHECK (one),
    version       bigint NOT NULL DEFAULT 0 CHECK (version >= 0),
    cursor        bigint NOT NULL DEFAULT 0 CHECK (cursor >= 0),
    trimmed_all   bigint NOT NULL DEFAULT 0,
    trimmed_noise bigint NOT NULL DEFAULT 0,
    -- Readers below it read everything anew: after a restore, and after a failover that lost something.
    anew_before   bigint NOT NULL DEFAULT 0,
    CHECK (trimmed_all <= trimmed_noise AND trimmed_noise <= cursor)
) WITH (fillfactor = 10);
INSERT INTO log_state DEFAULT VALUES;

-- The last number that was given to a document of a kind.
CREATE TABLE counter (
    collection text COLLATE "C" PRIMARY KEY,
    value      bigint NOT NULL CHECK (value >= 0)
) WITH (fillfactor = 50);

-- The newest version at which a document of a kind was deleted: who knows the versions up to there reads them anew.
CREATE TABLE deletion (
    collection text COLLATE "C" PRIMARY KEY,
    version    bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE event (
    cursor     bigint PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      text NOT NULL,
    request_id text,
    movie_id   bigint,
    is_history boolean NOT NULL,
    body       jsonb NOT NULL,
    kind       text COLLATE "C" GENERATED ALWAYS AS (body ->> 'kind') STORED
);
CREATE INDEX event_history ON event (cursor) WHERE is_history;
CREATE INDEX event_of_movie ON event (movie_id, cursor) WHERE is_history;
CREATE INDEX event_of_request ON event (request_id) WHERE request_id IS NOT NULL;

CREATE TABLE movie (
    id        text COLLATE "C" PRIMARY KEY,
    version   bigint NOT NULL,
    body      jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    tmdb_id   bigint GENERATED ALWAYS AS ((body #>> '{facts,tmdb_id}')::bigint) STORED,
    title     text GENERATED ALWAYS AS (body #>> '{facts,title}') STORED,
    monitored boolean GENERATED ALWAYS AS ((body ->> 'monitored')::boolean) STORED
);
CREATE INDEX movie_tmdb ON movie (tmdb_id);

CREATE TABLE grab (
    id        text COLLATE "C" PRIMARY KEY,
    version   bigint NOT NULL,
    body      jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    movie_id  bigint GENERATED ALWAYS AS ((body ->> 'movie_id')::bigint) STORED,
    state     text COLLATE "C" GENERATED ALWAYS AS (body #>> '{state,state}') STORED,
    info_hash text COLLATE "C" GENERATED ALWAYS AS (body ->> 'info_hash') STORED
);
CREATE INDEX grab_of_movie ON grab (movie_id);
CREATE INDEX grab_hash ON grab (info_hash) WHERE info_hash IS NOT NULL;

CREATE TABLE block (
    id         text COLLATE "C" PRIMARY KEY,
    version    bigint NOT NULL,
    body       jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    movie_id   bigint GENERATED ALWAYS AS ((body ->> 'movie_id')::bigint) STORED,
    indexer_id bigint GENERATED ALWAYS AS ((body ->> 'indexer_id')::bigint) STORED
);
CREATE INDEX block_of_movie ON block (movie_id);

-- Releases that wait, and what was decided of those that were found.
CREATE TABLE pending (
    id         text COLLATE "C" PRIMARY KEY,
    version    bigint NOT NULL,
    body       jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    movie_id   bigint GENERATED ALWAYS AS ((body #>> '{decision,movie_id}')::bigint) STORED,
    title      text GENERATED ALWAYS AS (body #>> '{decision,release,title}') STORED,
    because    text COLLATE "C" GENERATED ALWAYS AS (body ->> 'because') STORED
);
CREATE INDEX pending_of_movie ON pending (movie_id);

CREATE TABLE decision_record (
    id         text COLLATE "C" PRIMARY KEY,
    version    bigint NOT NULL,
    body       jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    movie_id   bigint GENERATED ALWAYS AS (CASE WHEN id ~ '^[0-9]{1,20}-' THEN split_part(id, '-', 1)::bigint END) STORED,
    decisions  integer GENERATED ALWAYS AS
               (CASE WHEN jsonb_typeof(body -> 'decisions') = 'array' THEN jsonb_array_length(body -> 'decisions') END) STORED
);
CREATE INDEX decision_record_of_movie ON decision_record (movie_id);

CREATE TABLE job (
    id          text COLLATE "C" PRIMARY KEY,
    version     bigint NOT NULL,
    body        jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    kind        text COLLATE "C" GENERATED ALWAYS AS (body ->> 'kind') STORED,
    status      text COLLATE "C" GENERATED ALWAYS AS (body ->> 'status') STORED,
    priority    bigint GENERATED ALWAYS AS ((body ->> 'priority')::bigint) STORED,
    lease_owner text COLLATE "C" GENERATED ALWAYS AS (body #>> '{lease,owner}') STORED
);

CREATE TABLE ended_job (
    id      text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    body    jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    kind    text COLLATE "C" GENERATED ALWAYS AS (body ->> 'kind') STORED,
    status  text COLLATE "C" GENERATED ALWAYS AS (body ->> 'status') STORED
);

CREATE TABLE token (
    id      text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    body    jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    name    text GENERATED ALWAYS AS (body #>> '{info,name}') STORED,
    role    text GENERATED ALWAYS AS (body #>> '{info,role}') STORED
);

CREATE TABLE setting (
    id      text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    body    jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object')
);

-- What only one movie may have: the primary key holds that.
CREATE TABLE claim (
    id       text COLLATE "C" PRIMARY KEY,
    version  bigint NOT NULL,
    body     jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    movie_id bigint GENERATED ALWAYS AS ((body ->> 'movie_id')::bigint) STORED
);
CREATE INDEX claim_of_movie ON claim (movie_id);

CREATE TABLE document (
    collection text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    version    bigint NOT NULL,
    body       jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    PRIMARY KEY (collection, id)
);

-- What changed behind a version is found without reading the rest.
CREATE INDEX movie_version ON movie (version);
CREATE INDEX grab_version ON grab (version);
CREATE INDEX block_version ON block (version);
CREATE INDEX pending_version ON pending (version);
CREATE INDEX decision_record_version ON decision_record (version);
CREATE INDEX job_version ON job (version);
CREATE INDEX ended_job_version ON ended_job (version);
CREATE INDEX token_version ON token (version);
CREATE INDEX claim_version ON claim (version);
CREATE INDEX document_version ON document (collection, version);
