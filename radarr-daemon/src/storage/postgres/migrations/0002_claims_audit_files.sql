-- Expands: the version before goes on as it did. Whatever it writes is followed by the triggers below, so that old and new
-- daemons side by side agree.

-- Who is about to take a job (reserve.rs). It holds for the version that the job had then.
ALTER TABLE job
    ADD COLUMN claim_owner   text COLLATE "C",
    ADD COLUMN claim_version bigint,
    ADD COLUMN claim_until   timestamptz;

-- The audit: told from the log in the same transaction, so that there is one log all the same.
CREATE TABLE audit (
    cursor     bigint PRIMARY KEY,
    at         timestamptz NOT NULL,
    who        text NOT NULL,
    from_where text,
    request_id text,
    movie_id   bigint,
    kind       text COLLATE "C",
    noun       text,
    name       text,
    before     jsonb,
    after      jsonb
);
CREATE INDEX audit_by ON audit (who, cursor);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_of_noun ON audit (noun, cursor);

CREATE FUNCTION audit_of(told event) RETURNS SETOF audit LANGUAGE sql STABLE AS $$
    SELECT told.cursor, told.at, told.actor, told.body ->> 'caller_from', told.request_id, told.movie_id, told.kind,
           coalesce(told.body ->> 'what', CASE WHEN told.movie_id IS NOT NULL THEN 'movie' END, told.kind),
           coalesce(told.body ->> 'name', told.body ->> 'title', told.body ->> 'release'),
           CASE WHEN told.kind = 'settings_changed' THEN fields.before END,
           CASE WHEN told.kind = 'settings_changed' THEN fields.after ELSE told.body -> 'changes' END
    FROM (SELECT jsonb_object_agg(change ->> 'field', change -> 'before') AS before,
                 jsonb_object_agg(change ->> 'field', change -> 'after') AS after
          FROM jsonb_array_elements(
              CASE WHEN jsonb_typeof(told.body -> 'changes') = 'array' THEN told.body -> 'changes' ELSE '[]' END
          ) AS change
          WHERE change ->> 'field' IS NOT NULL) AS fields
    WHERE told.is_history AND told.actor <> 'system'
$$;

CREATE FUNCTION audit_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('TRUNCATE %I.audit', TG_TABLE_SCHEMA);
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM radarr.audit WHERE cursor = OLD.cursor;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO radarr.audit SELECT * FROM radarr.audit_of(NEW);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_new AFTER INSERT ON event FOR EACH ROW
    WHEN (NEW.is_history AND NEW.actor <> 'system') EXECUTE FUNCTION audit_follows();
CREATE TRIGGER audit_changed AFTER UPDATE ON event FOR EACH ROW EXECUTE FUNCTION audit_follows();
CREATE TRIGGER audit_gone AFTER DELETE ON event FOR EACH ROW
    WHEN (OLD.is_history AND OLD.actor <> 'system') EXECUTE FUNCTION audit_follows();
CREATE TRIGGER audit_emptied AFTER TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION audit_follows();
INSERT INTO audit SELECT told.* FROM event, audit_of(event) AS told;

-- The files of the library: told from the movies' versions.
CREATE TABLE movie_file (
    movie_id       bigint NOT NULL,
    slot           integer NOT NULL,
    root_folder_id bigint,
    folder         text,
    relative_path  text NOT NULL,
    size_bytes     bigint,
    added_at       timestamptz,
    quality        text,
    release_group  text,
    grab_id        bigint,
    PRIMARY KEY (movie_id, slot)
);
CREATE INDEX movie_file_place ON movie_file (root_folder_id, folder);
CREATE INDEX movie_file_group ON movie_file (release_group);

CREATE FUNCTION files_of(held movie) RETURNS SETOF movie_file LANGUAGE sql STABLE AS $$
    SELECT held.id::bigint, (version ->> 'slot')::integer, (version ->> 'root_folder_id')::bigint, version ->> 'folder',
           version #>> '{file,relative_path}', (version #>> '{file,size_bytes}')::bigint,
           (version #>> '{file,added_at}')::timestamptz, version #>> '{file,quality,quality}',
           version #>> '{file,release_group}', (version #>> '{file,grab_id}')::bigint
    FROM jsonb_array_elements(
        CASE WHEN jsonb_typeof(held.body -> 'versions') = 'array' THEN held.body -> 'versions' ELSE '[]' END
    ) AS version
    WHERE version #>> '{file,relative_path}' IS NOT NULL
$$;

CREATE FUNCTION files_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('TRUNCATE %I.movie_file', TG_TABLE_SCHEMA);
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM radarr.movie_file WHERE movie_id = OLD.id::bigint;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO radarr.movie_file SELECT * FROM radarr.files_of(NEW);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER files_new AFTER INSERT OR DELETE ON movie FOR EACH ROW EXECUTE FUNCTION files_follow();
CREATE TRIGGER files_changed AFTER UPDATE ON movie FOR EACH ROW
    WHEN (OLD.body -> 'versions' IS DISTINCT FROM NEW.body -> 'versions') EXECUTE FUNCTION files_follow();
CREATE TRIGGER files_emptied AFTER TRUNCATE ON movie FOR EACH STATEMENT EXECUTE FUNCTION files_follow();
INSERT INTO movie_file SELECT told.* FROM movie, files_of(movie) AS told;
