-- Rows and problems, one by one until now, into blocks; problems by reason beside them.

INSERT INTO messaging_groupblock (task_id, first, lines, recipients, variables, parts)
SELECT task_id, min(position), array_agg(line ORDER BY position),
       array_agg(recipient ORDER BY position),
       CASE WHEN count(variables) > 0 THEN jsonb_agg(variables ORDER BY position) END,
       array_agg(parts ORDER BY position)
FROM messaging_grouprow
GROUP BY task_id, (position - 1) / 500;

INSERT INTO messaging_groupproblemblock (task_id, first_line, last_line, lines, "values", kinds)
SELECT task_id, min(line), max(line), array_agg(line ORDER BY line), array_agg(value ORDER BY line),
       array_agg('reason_' || left(md5(reason), 12) ORDER BY line)
FROM messaging_groupproblem
GROUP BY task_id, line / 500;

CREATE TABLE messaging_groupproblem_kept AS
SELECT task_id, 'reason_' || left(md5(reason), 12) AS kind, reason, count(*) AS count,
       min(line) AS first_line, (array_agg(value ORDER BY line))[1] AS first_value
FROM messaging_groupproblem
GROUP BY task_id, reason;
