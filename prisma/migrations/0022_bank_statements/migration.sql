-- Bank statements: what period a file covers, by which mapping it was read, and which lines it has.

-- mapping: as it was read; NULL: before this migration, so that the same file replaces it. first_day, last_day: of the whole file,
-- whichever lines were kept. A file without one shows that nothing arrived.
ALTER TABLE bank_imports
  ADD COLUMN mapping JSONB,
  DROP CONSTRAINT bank_imports_line_count_check,
  ADD CONSTRAINT bank_imports_line_count_check CHECK (line_count >= 0),
  ADD CONSTRAINT statement_days_in_order CHECK (first_day <= last_day);

-- A line is here as long as an imported file has it.
CREATE TABLE bank_import_lines (
  import_id UUID NOT NULL REFERENCES bank_imports (id),
  line_id UUID NOT NULL REFERENCES bank_lines (id),
  PRIMARY KEY (import_id, line_id)
);
CREATE INDEX bank_import_lines_line_id_idx ON bank_import_lines (line_id);
INSERT INTO bank_import_lines (import_id, line_id) SELECT import_id, id FROM bank_lines;
ALTER TABLE bank_lines DROP COLUMN import_id;
