-- What guests write when they call the staff. Live events hold no words (docs/adr/0008), so these stand beside them, by event:
-- erasable, and gone with it.
CREATE TABLE staff_call_words (
  event_id UUID PRIMARY KEY,
  guest_public_id UUID NOT NULL,
  words VARCHAR(500) NOT NULL CHECK (words <> ''),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX staff_call_words_created_at_idx ON staff_call_words (created_at);
