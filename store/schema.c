#include "store/schema.h"

#include "store/chain.h"
#include "store/db.h"

/* Append only: a migration that has been released never changes.
 *
 * message.ord is the order of the queue as one integer: score in 7 bits, received
 * in 34, the low 22 bits of the id; so a page is found by one comparison.  Without
 * the score it is the order of arrival.
 * Every index of a list begins with what is equal, then the state, then the order.
 * State, score, times and the digest stand in message so that lists need no join:
 * rows of raw lie far apart on the disk. */
static const char *const migrations[] = {
	"CREATE TABLE raw ("
	" id INTEGER PRIMARY KEY,"
	" sha256 BLOB NOT NULL UNIQUE,"
	" size INTEGER NOT NULL,"
	" zstd BLOB NOT NULL);"

	"CREATE TABLE campaign ("
	" id INTEGER PRIMARY KEY,"
	" edge TEXT NOT NULL," /* what its members share: 'account' */
	" value TEXT NOT NULL,"
	" UNIQUE (edge, value));"

	"CREATE TABLE message ("
	" id INTEGER PRIMARY KEY,"
	" raw INTEGER NOT NULL REFERENCES raw (id),"
	" sha256 BLOB NOT NULL,"
	" envelope TEXT NOT NULL," /* sender and sorted recipients: the other half of its identity */
	" ord INTEGER NOT NULL,"
	" arrived INTEGER AS (ord & 72057594037927935) VIRTUAL,"
	" state INTEGER NOT NULL DEFAULT 0,"
	" version INTEGER NOT NULL DEFAULT 1,"
	" seen INTEGER NOT NULL DEFAULT 0,"
	" score INTEGER NOT NULL,"
	" received INTEGER NOT NULL,"
	" imported INTEGER NOT NULL,"
	" date INTEGER NOT NULL,"
	" subject TEXT NOT NULL,"
	" from_address TEXT NOT NULL,"
	" from_name TEXT NOT NULL,"
	" domain TEXT NOT NULL,"
	" reply_to TEXT, reply_name TEXT,"
	" sender TEXT," /* NULL: unknown; '': the null sender */
	" header_to TEXT NOT NULL,"
	" ses INTEGER NOT NULL,"
	" region TEXT, account TEXT, account_signed INTEGER NOT NULL,"
	" identity_domain TEXT, authenticated INTEGER NOT NULL,"
	" ip TEXT, config_set TEXT, message_id TEXT, tracking_label TEXT, mail_from TEXT, ses_id TEXT,"
	" size INTEGER NOT NULL,"
	" campaign INTEGER REFERENCES campaign (id),"
	" source TEXT NOT NULL,"
	" links INTEGER NOT NULL, attachments INTEGER NOT NULL,"
	" link_domain TEXT, top_finding TEXT,"
	" UNIQUE (raw, envelope));"
	"CREATE INDEX message_by_state ON message (state, ord DESC);"
	"CREATE INDEX message_by_state_arrived ON message (state, arrived DESC);"
	"CREATE INDEX message_by_state_id ON message (state);"
	"CREATE INDEX message_by_account ON message (account, state, ord DESC, received)"
	" WHERE account IS NOT NULL;"
	"CREATE INDEX message_by_campaign ON message (campaign, state, ord DESC)"
	" WHERE campaign IS NOT NULL;"
	"CREATE INDEX message_by_domain ON message (domain, state, ord DESC);"

	"CREATE TABLE recipient ("
	" message INTEGER NOT NULL REFERENCES message (id),"
	" position INTEGER NOT NULL,"
	" address TEXT NOT NULL,"
	" PRIMARY KEY (message, position)) WITHOUT ROWID;"
	"CREATE INDEX recipient_by_address ON recipient (address COLLATE NOCASE);"

	/* header fields, texts, authentication results: packed, zstd */
	"CREATE TABLE body ("
	" message INTEGER PRIMARY KEY REFERENCES message (id),"
	" size INTEGER NOT NULL,"
	" zstd BLOB NOT NULL);"

	"CREATE TABLE link ("
	" message INTEGER NOT NULL REFERENCES message (id),"
	" position INTEGER NOT NULL,"
	" text TEXT NOT NULL, url TEXT NOT NULL,"
	" chain TEXT NOT NULL," /* JSON array */
	" final TEXT NOT NULL, domain TEXT, flags INTEGER NOT NULL,"
	" services TEXT NOT NULL," /* JSON array */
	" place TEXT NOT NULL,"
	" PRIMARY KEY (message, position)) WITHOUT ROWID;"
	"CREATE INDEX link_by_domain ON link (domain) WHERE domain IS NOT NULL;"

	"CREATE TABLE attachment ("
	" message INTEGER NOT NULL REFERENCES message (id),"
	" position INTEGER NOT NULL,"
	" path TEXT NOT NULL, name TEXT, declared TEXT NOT NULL, detected TEXT NOT NULL,"
	" size INTEGER NOT NULL, sha256 TEXT NOT NULL,"
	" flags INTEGER NOT NULL,"
	" inside TEXT NOT NULL," /* JSON array */
	" PRIMARY KEY (message, position)) WITHOUT ROWID;"
	"CREATE INDEX attachment_by_sha256 ON attachment (sha256);"

	"CREATE TABLE finding ("
	" message INTEGER NOT NULL REFERENCES message (id),"
	" position INTEGER NOT NULL,"
	" id TEXT NOT NULL, weight INTEGER NOT NULL,"
	" text TEXT NOT NULL, evidence TEXT NOT NULL, place TEXT NOT NULL,"
	" PRIMARY KEY (message, position)) WITHOUT ROWID;"
	"CREATE INDEX finding_by_id ON finding (id);"

	"CREATE VIRTUAL TABLE search USING fts5 (subject, address, body, url,"
	" content='', columnsize=0, tokenize=\"unicode61 remove_diacritics 2\");"
	"INSERT INTO search (search, rank) VALUES ('hashsize', 16777216);"

	"CREATE TABLE operation ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" at INTEGER NOT NULL,"
	" actor TEXT NOT NULL,"
	" verb TEXT NOT NULL,"
	" reason TEXT,"
	" undoes INTEGER UNIQUE REFERENCES operation (id),"
	" origin INTEGER REFERENCES operation (id));" /* what was undone and redone; NULL: itself */

	"CREATE TABLE rule ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" kind INTEGER NOT NULL,"
	" account TEXT, domain TEXT,"
	" owner TEXT NOT NULL, reason TEXT NOT NULL,"
	" created INTEGER NOT NULL, expires INTEGER NOT NULL DEFAULT 0,"
	" hits INTEGER NOT NULL DEFAULT 0, last_hit INTEGER NOT NULL DEFAULT 0,"
	" removed INTEGER NOT NULL DEFAULT 0, removed_by TEXT);"

	"CREATE TABLE decision ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" operation INTEGER NOT NULL REFERENCES operation (id),"
	" message INTEGER NOT NULL REFERENCES message (id),"
	" kind INTEGER NOT NULL,"
	" before INTEGER NOT NULL, after INTEGER NOT NULL,"
	" version INTEGER NOT NULL," /* message.version it made */
	" rule INTEGER REFERENCES rule (id));"
	"CREATE INDEX decision_by_message ON decision (message);"
	"CREATE INDEX decision_by_operation ON decision (operation);"
	"CREATE INDEX decision_by_rule ON decision (rule) WHERE rule IS NOT NULL;"
	"CREATE TRIGGER decision_stands BEFORE UPDATE ON decision"
	" BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;"
	"CREATE TRIGGER decision_stays BEFORE DELETE ON decision"
	" BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;"

	"CREATE TABLE delivery ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" operation INTEGER NOT NULL REFERENCES operation (id),"
	" message INTEGER NOT NULL REFERENCES message (id),"
	" recipient TEXT NOT NULL,"
	" transport TEXT NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0,"
	" attempts INTEGER NOT NULL DEFAULT 0,"
	" due INTEGER NOT NULL,"    /* not before */
	" queued INTEGER NOT NULL," /* when the hold window began */
	" hold INTEGER NOT NULL,"   /* its seconds, which --now may pass */
	" lease INTEGER NOT NULL DEFAULT 0,"
	" changed INTEGER NOT NULL,"
	" reply TEXT,"
	" UNIQUE (operation, message, recipient));"
	"CREATE INDEX delivery_due ON delivery (state, due);"
	"CREATE INDEX delivery_by_message ON delivery (message);"
	/* never two on their way to the same recipient: queued and sending are 0 and 1 */
	"CREATE UNIQUE INDEX delivery_waiting ON delivery (message, recipient) WHERE state IN (0, 1);"

	"CREATE TABLE counter (state INTEGER PRIMARY KEY, messages INTEGER NOT NULL);"
	"INSERT INTO counter VALUES (0, 0), (1, 0), (2, 0);"
	"CREATE TRIGGER message_counted AFTER INSERT ON message"
	" BEGIN UPDATE counter SET messages = messages + 1 WHERE state = new.state; END;"
	"CREATE TRIGGER message_recounted AFTER UPDATE OF state ON message"
	" WHEN old.state <> new.state BEGIN"
	" UPDATE counter SET messages = messages - 1 WHERE state = old.state;"
	" UPDATE counter SET messages = messages + 1 WHERE state = new.state; END;",

	/* what verdicts rest on (weights, lists, settings), and how many on each */
	"CREATE TABLE basis ("
	" id INTEGER PRIMARY KEY,"
	" digest TEXT NOT NULL UNIQUE,"
	" messages INTEGER NOT NULL DEFAULT 0);"
	"INSERT INTO basis SELECT 0, '', count(*) FROM message;"
	"ALTER TABLE message ADD COLUMN basis INTEGER NOT NULL DEFAULT 0;"
	"CREATE TRIGGER basis_counted AFTER INSERT ON message"
	" BEGIN UPDATE basis SET messages = messages + 1 WHERE id = new.basis; END;"
	"CREATE TRIGGER basis_recounted AFTER UPDATE OF basis ON message"
	" WHEN old.basis <> new.basis BEGIN"
	" UPDATE basis SET messages = messages - 1 WHERE id = old.basis;"
	" UPDATE basis SET messages = messages + 1 WHERE id = new.basis; END;",

	/* Who decided, when and why stands in operation, so that is append-only as well. */
	"CREATE TRIGGER operation_stands BEFORE UPDATE ON operation"
	" BEGIN SELECT RAISE (ABORT, 'operations are append-only'); END;"
	"CREATE TRIGGER operation_stays BEFORE DELETE ON operation"
	" BEGIN SELECT RAISE (ABORT, 'operations are append-only'); END;"
	/* what nothing reads */
	"ALTER TABLE decision DROP COLUMN version;"
	"ALTER TABLE rule DROP COLUMN removed_by;"
	"DROP INDEX recipient_by_address;"
	"DROP INDEX IF EXISTS delivery_by_canceller;",

	/* who has a leased delivery, so that it is known when that one is dead */
	"ALTER TABLE delivery ADD COLUMN deliverer TEXT;",
	/* Campaigns by all that messages share; see campaign.h.  Those that were known are made
	 * anew from their accounts: the rest comes when the mails are read again. */
	"DROP INDEX message_by_campaign;"
	"CREATE TEMP TABLE was AS SELECT m.id AS message, c.edge AS kind, c.value AS value"
	" FROM message m JOIN campaign c ON c.id = m.campaign;"
	"UPDATE message SET campaign = NULL;"
	"DROP TABLE campaign;"
	"CREATE TABLE campaign ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" held INTEGER NOT NULL DEFAULT 0,"
	" released INTEGER NOT NULL DEFAULT 0,"
	" blocked INTEGER NOT NULL DEFAULT 0,"
	" ord INTEGER,"                 /* of its most dangerous message; NULL: it has none */
	" held_ord INTEGER,"            /* of those that are held */
	" first INTEGER, last INTEGER," /* received */
	" joined INTEGER REFERENCES campaign (id));" /* whose it became; NULL: it stands */
	"CREATE INDEX campaign_by_ord ON campaign (ord DESC) WHERE ord IS NOT NULL;"
	"CREATE INDEX campaign_by_held_ord ON campaign (held_ord DESC) WHERE held_ord IS NOT NULL;"
	"CREATE INDEX campaign_joined ON campaign (joined) WHERE joined IS NOT NULL;"
	"CREATE TABLE edge ("
	" id INTEGER PRIMARY KEY,"
	" kind INTEGER NOT NULL,"
	" value TEXT NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0,"
	" messages INTEGER NOT NULL DEFAULT 0,"
	" campaign INTEGER REFERENCES campaign (id)," /* of all that have it, while it binds */
	" UNIQUE (kind, value));"
	"CREATE INDEX edge_by_campaign ON edge (campaign, kind, messages) WHERE campaign IS NOT NULL;"
	"CREATE TABLE message_edge ("
	" message INTEGER NOT NULL REFERENCES message (id),"
	" edge INTEGER NOT NULL REFERENCES edge (id),"
	" PRIMARY KEY (message, edge)) WITHOUT ROWID;"
	"CREATE INDEX message_edge_by_edge ON message_edge (edge, message);"
	"CREATE TABLE edge_change (" /* what operations did to edges */
	" operation INTEGER NOT NULL REFERENCES operation (id),"
	" edge INTEGER NOT NULL REFERENCES edge (id),"
	" before INTEGER NOT NULL, after INTEGER NOT NULL,"
	" PRIMARY KEY (operation, edge)) WITHOUT ROWID;"
	"CREATE TRIGGER edge_change_stands BEFORE UPDATE ON edge_change"
	" BEGIN SELECT RAISE (ABORT, 'changes of edges are append-only'); END;"
	"CREATE TRIGGER edge_change_stays BEFORE DELETE ON edge_change"
	" BEGIN SELECT RAISE (ABORT, 'changes of edges are append-only'); END;"
	/* one campaign an account, and one a message that has none */
	"INSERT INTO edge (kind, value, messages)"
	" SELECT CASE kind WHEN 'account' THEN 0 ELSE 1 END, value, count(*) FROM was"
	" GROUP BY kind, value;"
	"INSERT INTO campaign (id) SELECT id FROM edge;"
	"UPDATE edge SET campaign = id;"
	"INSERT INTO message_edge SELECT w.message, e.id FROM was w JOIN edge e"
	" ON e.kind = CASE w.kind WHEN 'account' THEN 0 ELSE 1 END AND e.value = w.value;"
	"UPDATE message SET campaign = (SELECT edge FROM message_edge e WHERE e.message = id);"
	"INSERT INTO campaign (id) SELECT id + (SELECT ifnull(max(id), 0) FROM edge)"
	" FROM message WHERE campaign IS NULL;"
	"UPDATE message SET campaign = id + (SELECT ifnull(max(id), 0) FROM edge)"
	" WHERE campaign IS NULL;"
	"DROP TABLE was;"
	"CREATE INDEX message_by_campaign ON message (campaign, state, ord DESC)"
	" WHERE campaign IS NOT NULL;"
	"UPDATE campaign SET"
	" held = (SELECT count(*) FROM message m WHERE m.campaign = campaign.id AND state = 0),"
	" released = (SELECT count(*) FROM message m WHERE m.campaign = campaign.id AND state = 1),"
	" blocked = (SELECT count(*) FROM message m WHERE m.campaign = campaign.id AND state = 2),"
	" ord = (SELECT max(ord) FROM message m WHERE m.campaign = campaign.id),"
	" held_ord = (SELECT max(ord) FROM message m WHERE m.campaign = campaign.id AND state = 0),"
	" first = (SELECT min(received) FROM message m WHERE m.campaign = campaign.id),"
	" last = (SELECT max(received) FROM message m WHERE m.campaign = campaign.id);"
	/* Moves between campaigns are counted by who moves them. */
	"CREATE TRIGGER campaign_counted AFTER INSERT ON message BEGIN UPDATE campaign SET"
	" held = held + (new.state = 0), released = released + (new.state = 1),"
	" blocked = blocked + (new.state = 2), ord = max(ifnull(ord, new.ord), new.ord),"
	" held_ord = CASE new.state WHEN 0 THEN max(ifnull(held_ord, new.ord), new.ord)"
	"  ELSE held_ord END,"
	" first = min(ifnull(first, new.received), new.received),"
	" last = max(ifnull(last, new.received), new.received) WHERE id = new.campaign; END;"
	"CREATE TRIGGER campaign_recounted AFTER UPDATE OF state ON message"
	" WHEN old.state <> new.state BEGIN UPDATE campaign SET"
	" held = held + (new.state = 0) - (old.state = 0),"
	" released = released + (new.state = 1) - (old.state = 1),"
	" blocked = blocked + (new.state = 2) - (old.state = 2),"
	" held_ord = (SELECT max(ord) FROM message WHERE campaign = new.campaign AND state = 0)"
	" WHERE id = new.campaign; END;"
	"CREATE TRIGGER campaign_reordered AFTER UPDATE OF ord ON message"
	" WHEN old.ord <> new.ord BEGIN UPDATE campaign SET"
	" held_ord = (SELECT max(ord) FROM message WHERE campaign = new.campaign AND state = 0),"
	" ord = max(ifnull((SELECT max(ord) FROM message WHERE campaign = new.campaign AND state = 0), 0),"
	"  ifnull((SELECT max(ord) FROM message WHERE campaign = new.campaign AND state = 1), 0),"
	"  ifnull((SELECT max(ord) FROM message WHERE campaign = new.campaign AND state = 2), 0))"
	" WHERE id = new.campaign; END;",

	/* The history is a chain: chain.h.  What was there gets its hashes, then is
	 * append-only again. */
	"DROP TRIGGER operation_stands;"
	"DROP TRIGGER decision_stands;"
	"ALTER TABLE operation ADD COLUMN hash BLOB;"
	"ALTER TABLE decision ADD COLUMN hash BLOB;",
	"CREATE TRIGGER operation_stands BEFORE UPDATE ON operation"
	" BEGIN SELECT RAISE (ABORT, 'operations are append-only'); END;"
	"CREATE TRIGGER decision_stands BEFORE UPDATE ON decision"
	" BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;",

	/* What a rule may rest on beyond account and domain, how it is bounded, and how it is
	 * found: anchor is the rarest thing that a message must have for it to match.  Lists
	 * are JSON arrays; lifts NULL is all, as before there was a choice. */
	"ALTER TABLE rule ADD COLUMN sender TEXT;"
	"ALTER TABLE rule ADD COLUMN link TEXT;"
	"ALTER TABLE rule ADD COLUMN url TEXT;"
	"ALTER TABLE rule ADD COLUMN file TEXT;"
	"ALTER TABLE rule ADD COLUMN campaign INTEGER;"
	"ALTER TABLE rule ADD COLUMN recipients TEXT NOT NULL DEFAULT '[]';"
	"ALTER TABLE rule ADD COLUMN from_domains TEXT NOT NULL DEFAULT '[]';"
	"ALTER TABLE rule ADD COLUMN lifts TEXT;"
	"ALTER TABLE rule ADD COLUMN idle INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE rule ADD COLUMN anchor TEXT AS (CASE WHEN file IS NOT NULL THEN 'file ' || file"
	" WHEN url IS NOT NULL THEN 'url ' || url WHEN link IS NOT NULL THEN 'link ' || link"
	" WHEN sender IS NOT NULL THEN 'sender ' || lower(sender)"
	" WHEN campaign IS NOT NULL THEN 'campaign ' || campaign"
	" WHEN domain IS NOT NULL THEN 'domain ' || lower(domain)"
	" ELSE 'account ' || account END) VIRTUAL;"
	"CREATE INDEX rule_by_anchor ON rule (anchor) WHERE removed = 0;"
	/* a campaign that becomes another's takes its rules with it */
	"CREATE INDEX rule_by_campaign ON rule (campaign) WHERE campaign IS NOT NULL;"
	"CREATE TRIGGER rule_follows AFTER UPDATE OF joined ON campaign"
	" WHEN new.joined IS NOT NULL BEGIN"
	" UPDATE rule SET campaign = new.joined WHERE campaign = new.id; END;"
	/* what an operation did to a rule: removed is what it is since */
	"CREATE TABLE rule_change ("
	" operation INTEGER NOT NULL REFERENCES operation (id),"
	" rule INTEGER NOT NULL REFERENCES rule (id),"
	" removed INTEGER NOT NULL,"
	" PRIMARY KEY (operation, rule)) WITHOUT ROWID;"
	"CREATE INDEX rule_change_by_rule ON rule_change (rule, operation);"
	"CREATE TRIGGER rule_change_stands BEFORE UPDATE ON rule_change"
	" BEGIN SELECT RAISE (ABORT, 'changes of rules are append-only'); END;"
	"CREATE TRIGGER rule_change_stays BEFORE DELETE ON rule_change"
	" BEGIN SELECT RAISE (ABORT, 'changes of rules are append-only'); END;",

	/* claims: claim.h */
	"ALTER TABLE message ADD COLUMN claimed_by TEXT;"
	"ALTER TABLE message ADD COLUMN claimed_until INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX message_by_claim ON message (claimed_by, claimed_until)"
	" WHERE claimed_by IS NOT NULL;",

	/* What was read before there were edges is to be read again. */
	"UPDATE message SET basis = 0 WHERE basis <> 0 AND NOT EXISTS"
	" (SELECT 1 FROM message_edge me JOIN edge e ON e.id = me.edge"
	"  WHERE me.message = message.id AND e.kind NOT IN (0, 1));",

	/* a copy for someone who is no recipient; an altered copy with other links */
	"ALTER TABLE delivery ADD COLUMN copy INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE delivery ADD COLUMN rewrite INTEGER NOT NULL DEFAULT 0;",

	/* History of keys, and what decisions teach: see history_rows.h. */
	"ALTER TABLE edge ADD COLUMN first INTEGER NOT NULL DEFAULT 0;" /* received */
	"ALTER TABLE edge ADD COLUMN last INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE edge ADD COLUMN released INTEGER NOT NULL DEFAULT 0;" /* messages that are */
	"ALTER TABLE edge ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE edge ADD COLUMN person_released INTEGER NOT NULL DEFAULT 0;" /* by no rule */
	"ALTER TABLE edge ADD COLUMN person_blocked INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE settled (" /* what of a message's state is counted in edge and lesson */
	" message INTEGER PRIMARY KEY REFERENCES message (id),"
	" state INTEGER NOT NULL,"
	" person INTEGER NOT NULL);" /* a person's decision, not a rule's */
	"CREATE TABLE unsettled (message INTEGER PRIMARY KEY REFERENCES message (id));"
	"CREATE TABLE lesson (" /* findings of what people decided; '' are all messages of these */
	" finding TEXT PRIMARY KEY,"
	" released INTEGER NOT NULL DEFAULT 0, blocked INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
	"CREATE TABLE borrowed (" /* brands whose names messages with that edge bear: filled as mails
				   * are read, or read again */
	" edge INTEGER NOT NULL REFERENCES edge (id),"
	" brand TEXT NOT NULL,"
	" message INTEGER NOT NULL REFERENCES message (id),"
	" PRIMARY KEY (edge, brand, message)) WITHOUT ROWID;"
	"CREATE INDEX borrowed_by_message ON borrowed (message);"
	"CREATE INDEX message_by_domain_received ON message (domain, received);"
	"UPDATE edge SET (first, last) = (SELECT ifnull(min(m.received), 0),"
	"  ifnull(max(m.received), 0) FROM message_edge me JOIN message m ON m.id = me.message"
	"  WHERE me.edge = edge.id);"
	"INSERT INTO unsettled SELECT DISTINCT message FROM decision;"
	"CREATE TRIGGER decision_unsettles AFTER INSERT ON decision"
	" BEGIN INSERT OR IGNORE INTO unsettled VALUES (new.message); END;",

	/* Messages by key and time: burst.h.  Keys are BurstKey's numbers. */
	"CREATE TABLE traffic ("
	" key INTEGER NOT NULL, value TEXT NOT NULL,"
	" slot INTEGER NOT NULL," /* received / 600 */
	" messages INTEGER NOT NULL,"
	" PRIMARY KEY (key, value, slot)) WITHOUT ROWID;"
	"CREATE INDEX traffic_by_slot ON traffic (key, slot);"
	"INSERT INTO traffic SELECT key, value, received / 600, count(*) FROM"
	" (SELECT CASE account_signed WHEN 0 THEN 1 ELSE 0 END AS key, account AS value, received"
	"  FROM message UNION ALL SELECT 2, config_set, received FROM message"
	"  UNION ALL SELECT 3, ip, received FROM message)"
	" WHERE value IS NOT NULL GROUP BY key, value, received / 600;",

	/* where each source stood at the last commit, and which files were read as they are */
	"CREATE TABLE source_mark (source TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE seen (key INTEGER PRIMARY KEY);",

	/* campaigns that may have come apart, until they are looked at */
	"CREATE TABLE loose (campaign INTEGER PRIMARY KEY REFERENCES campaign (id));",

	/* What a list shows of a campaign stands in its index; how many campaigns have
	 * messages of a state is counted; what was decided has an order as well. */
	"DROP INDEX message_by_campaign;"
	"CREATE INDEX message_by_campaign ON message (campaign, state, ord DESC, domain, account)"
	" WHERE campaign IS NOT NULL;"
	"CREATE INDEX campaign_by_released ON campaign (ord DESC) WHERE released > 0;"
	"CREATE INDEX campaign_by_blocked ON campaign (ord DESC) WHERE blocked > 0;"
	"ALTER TABLE counter ADD COLUMN campaigns INTEGER NOT NULL DEFAULT 0;"
	"UPDATE counter SET campaigns = (SELECT count(*) FROM campaign WHERE CASE counter.state"
	" WHEN 0 THEN held WHEN 1 THEN released ELSE blocked END > 0);"
	"CREATE TRIGGER campaign_tallied AFTER UPDATE OF held, released, blocked ON campaign"
	" WHEN (old.held > 0) <> (new.held > 0) OR (old.released > 0) <> (new.released > 0)"
	" OR (old.blocked > 0) <> (new.blocked > 0) BEGIN"
	" UPDATE counter SET campaigns = campaigns + CASE state"
	"  WHEN 0 THEN (new.held > 0) - (old.held > 0)"
	"  WHEN 1 THEN (new.released > 0) - (old.released > 0)"
	"  ELSE (new.blocked > 0) - (old.blocked > 0) END; END;",

	/* Whose a message is stands in the queue's index. */
	"DROP INDEX message_by_state;"
	"CREATE INDEX message_by_state ON message (state, ord DESC, campaign);",

	/* Mails that came together are compressed together: bale.h.  Those with no bale stand by
	 * themselves.  No reference, which SQLite would look up with each mail: verify says where
	 * a bale is missing. */
	"CREATE TABLE bale ("
	" id INTEGER PRIMARY KEY,"
	" size INTEGER NOT NULL,"
	" zstd BLOB NOT NULL);"
	"ALTER TABLE raw ADD COLUMN bale INTEGER;"
	"ALTER TABLE raw ADD COLUMN at INTEGER;"
	"ALTER TABLE body ADD COLUMN bale INTEGER;"
	"ALTER TABLE body ADD COLUMN at INTEGER;",

	/* Positions of words of texts took a quarter of a store: words.h, phrase.h.  Messages
	 * that are not apart have those of their texts in search. */
	"CREATE VIRTUAL TABLE word USING fts5 (subject, address, body, url,"
	" content='', columnsize=0, detail=none, tokenize=\"unicode61 remove_diacritics 2\");"
	"INSERT INTO word (word, rank) VALUES ('hashsize', 16777216);"
	"ALTER TABLE message ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;",

	/* All links of a message in one row: message_links.h.  Rows of link are those of older
	 * stores, until their messages are read again. */
	"CREATE TABLE links ("
	" message INTEGER PRIMARY KEY REFERENCES message (id),"
	" flags INTEGER NOT NULL," /* of any of them */
	" size INTEGER NOT NULL,"
	" zstd BLOB NOT NULL);"
	"CREATE TABLE link_domain ("
	" domain TEXT NOT NULL,"
	" message INTEGER NOT NULL REFERENCES message (id),"
	" PRIMARY KEY (domain, message)) WITHOUT ROWID;"
	"INSERT INTO link_domain SELECT DISTINCT domain, message FROM link"
	" WHERE domain IS NOT NULL;"
	"DROP INDEX link_by_domain;",

	/* What mail servers' logs tell: maillog.h. */
	"CREATE TABLE logged (" /* a mail, from its first line on */
	" id INTEGER PRIMARY KEY,"
	" server TEXT NOT NULL, queue_id TEXT NOT NULL,"
	" at INTEGER NOT NULL,"
	" ended INTEGER," /* what comes later is another mail's; NULL: more may come */
	" key INTEGER, message_id TEXT," /* NULL: not told yet */
	" flags INTEGER NOT NULL DEFAULT 0,"
	" client_name TEXT, client_ip TEXT, helo TEXT, login TEXT,"
	" sender TEXT, total INTEGER,"          /* recipients it has; NULL: not told yet */
	" held_for TEXT,"                       /* one of them, of a mail on hold */
	" changed INTEGER NOT NULL DEFAULT 1);" /* since messages were asked */
	"CREATE INDEX logged_by_queue_id ON logged (queue_id, server, at);"
	"CREATE INDEX logged_by_key ON logged (key) WHERE key IS NOT NULL;"
	"CREATE INDEX logged_changed ON logged (id) WHERE changed;"
	"CREATE TABLE logged_recipient ("
	" logged INTEGER NOT NULL REFERENCES logged (id),"
	" address TEXT NOT NULL,"
	" original TEXT NOT NULL," /* before aliases; '' as address */
	" local INTEGER NOT NULL,"
	" PRIMARY KEY (logged, address, original)) WITHOUT ROWID;"
	"CREATE TABLE named (" /* messages by their Message-ID, as far as logs were read for them */
	" key INTEGER NOT NULL,"
	" message INTEGER NOT NULL REFERENCES message (id),"
	" PRIMARY KEY (key, message)) WITHOUT ROWID;"
	"CREATE TABLE message_log ("
	" message INTEGER PRIMARY KEY REFERENCES message (id),"
	" logged INTEGER NOT NULL REFERENCES logged (id),"
	" matched INTEGER NOT NULL,"
	" restored INTEGER NOT NULL DEFAULT 0);" /* of Restored: what is known from there alone */
	"CREATE INDEX message_log_by_logged ON message_log (logged);"
	"CREATE TABLE restored (" /* envelopes that operations filled in, or emptied again */
	" operation INTEGER NOT NULL REFERENCES operation (id),"
	" message INTEGER NOT NULL REFERENCES message (id),"
	" removed INTEGER NOT NULL,"
	" sender TEXT,"
	" recipients TEXT NOT NULL," /* JSON array */
	" server TEXT NOT NULL, queue_id TEXT NOT NULL, at INTEGER NOT NULL,"
	" matched INTEGER NOT NULL,"
	" PRIMARY KEY (operation, message)) WITHOUT ROWID;"
	"CREATE INDEX restored_by_message ON restored (message, operation);"
	"CREATE TRIGGER restored_stands BEFORE UPDATE ON restored"
	" BEGIN SELECT RAISE (ABORT, 'restored envelopes are append-only'); END;"
	"CREATE TRIGGER restored_stays BEFORE DELETE ON restored"
	" BEGIN SELECT RAISE (ABORT, 'restored envelopes are append-only'); END;",

	/* Messages whose mail was removed: purge.h.  What stands in a bale is found by it. */
	"CREATE TABLE purged ("
	" message INTEGER PRIMARY KEY REFERENCES message (id),"
	" operation INTEGER NOT NULL REFERENCES operation (id),"
	" hash BLOB NOT NULL);" /* of the chain */
	"CREATE INDEX purged_by_operation ON purged (operation, message);"
	"CREATE TRIGGER purged_stands BEFORE UPDATE ON purged"
	" BEGIN SELECT RAISE (ABORT, 'purged is append-only'); END;"
	"CREATE TRIGGER purged_stays BEFORE DELETE ON purged"
	" BEGIN SELECT RAISE (ABORT, 'purged is append-only'); END;"
	"CREATE TABLE purging (message INTEGER PRIMARY KEY REFERENCES purged (message));" /* not yet */
	"CREATE TABLE unmerged (name TEXT PRIMARY KEY) WITHOUT ROWID;" /* indexes with words of these */
	"INSERT INTO basis (digest) VALUES ('purged');"
	"DROP TRIGGER restored_stands;"
	"CREATE TRIGGER restored_stands BEFORE UPDATE ON restored"
	" WHEN old.message NOT IN (SELECT message FROM purging)"
	" BEGIN SELECT RAISE (ABORT, 'restored envelopes are append-only'); END;"
	"CREATE INDEX raw_by_bale ON raw (bale) WHERE bale IS NOT NULL;"
	"CREATE INDEX body_by_bale ON body (bale) WHERE bale IS NOT NULL;",

	/* Lists of indicators that others keep: listed.h. */
	"CREATE TABLE indicator_list ("
	" id INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL UNIQUE,"
	" run INTEGER NOT NULL," /* imports so far: what is of an earlier one is gone */
	" imported INTEGER NOT NULL,"
	" actor TEXT NOT NULL);"
	"CREATE TABLE listed ("
	" kind TEXT NOT NULL," /* indicator_kind_name() */
	" value TEXT NOT NULL,"
	" list INTEGER NOT NULL REFERENCES indicator_list (id),"
	" first INTEGER NOT NULL,"
	" expires INTEGER NOT NULL," /* 0: never */
	" run INTEGER NOT NULL,"
	" PRIMARY KEY (kind, value, list)) WITHOUT ROWID;"
	"CREATE INDEX listed_by_list ON listed (list, run);",

	/* Reports of abuse: report.h.  What leaves stands here as it was confirmed; how it leaves
	 * stands in a delivery, whose message is the first that the report is about. */
	"CREATE TABLE report ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" operation INTEGER NOT NULL REFERENCES operation (id),"
	" campaign INTEGER NOT NULL," /* as it was called then */
	" account TEXT,"
	" way INTEGER NOT NULL,"
	" destination TEXT NOT NULL,"
	" sender TEXT NOT NULL," /* envelope sender; '' by the API */
	" token TEXT NOT NULL,"  /* its name, by which the API knows it again */
	" redacted INTEGER NOT NULL, test INTEGER NOT NULL,"
	" size INTEGER NOT NULL, sha256 BLOB NOT NULL,"
	" body BLOB,"                                 /* NULL: a message of it was purged */
	" remote TEXT,"                               /* what the API calls it, */
	" status TEXT, outcome TEXT, asked INTEGER);" /* says of it, and when it was asked last */
	"CREATE TRIGGER report_stands BEFORE UPDATE OF id, operation, campaign, account, way,"
	" destination, sender, token, redacted, test, size, sha256 ON report"
	" BEGIN SELECT RAISE (ABORT, 'reports are append-only'); END;"
	"CREATE TRIGGER report_stays BEFORE DELETE ON report"
	" BEGIN SELECT RAISE (ABORT, 'reports are append-only'); END;"
	"CREATE TABLE reported ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" operation INTEGER NOT NULL REFERENCES operation (id),"
	" report INTEGER NOT NULL REFERENCES report (id),"
	" message INTEGER NOT NULL REFERENCES message (id),"
	" hash BLOB NOT NULL);" /* of the chain */
	"CREATE INDEX reported_by_message ON reported (message, report);"
	"CREATE INDEX reported_by_operation ON reported (operation);"
	"CREATE INDEX reported_by_report ON reported (report);"
	"CREATE TRIGGER reported_stands BEFORE UPDATE ON reported"
	" BEGIN SELECT RAISE (ABORT, 'reported is append-only'); END;"
	"CREATE TRIGGER reported_stays BEFORE DELETE ON reported"
	" BEGIN SELECT RAISE (ABORT, 'reported is append-only'); END;"
	"ALTER TABLE delivery ADD COLUMN report INTEGER REFERENCES report (id);"
	"CREATE INDEX delivery_by_report ON delivery (report) WHERE report IS NOT NULL;",

	/* What raw mails and edges are looked for by, in place of their UNIQUE: lookup.h.  The tables
	 * are made anew without it; what refers to them goes on by their names. */
	"CREATE TABLE lookup ("
	" space INTEGER NOT NULL, key INTEGER NOT NULL, row INTEGER NOT NULL,"
	" PRIMARY KEY (space, key, row)) WITHOUT ROWID;"
	"CREATE TABLE lookup_new ("
	" space INTEGER NOT NULL, key INTEGER NOT NULL, row INTEGER NOT NULL,"
	" PRIMARY KEY (space, key, row)) WITHOUT ROWID;"
	"CREATE TABLE lookup_merged (" /* one row: the last entry that was moved */
	" id INTEGER PRIMARY KEY CHECK (id = 0),"
	" space INTEGER NOT NULL, key INTEGER NOT NULL, row INTEGER NOT NULL);"
	"INSERT INTO lookup_merged VALUES (0, -2, 0, 0);"
	"INSERT INTO lookup SELECT -1, lookup_key(sha256), id FROM raw ORDER BY 2;"
	"INSERT INTO lookup SELECT kind, lookup_key(value), id FROM edge ORDER BY 1, 2;"
	"CREATE TABLE raw_anew ("
	" id INTEGER PRIMARY KEY,"
	" sha256 BLOB NOT NULL,"
	" size INTEGER NOT NULL,"
	" zstd BLOB NOT NULL,"
	" bale INTEGER, at INTEGER);"
	"INSERT INTO raw_anew SELECT id, sha256, size, zstd, bale, at FROM raw ORDER BY id;"
	"DROP TABLE raw;"
	"ALTER TABLE raw_anew RENAME TO raw;"
	"CREATE INDEX raw_by_bale ON raw (bale) WHERE bale IS NOT NULL;"
	"CREATE TABLE edge_anew ("
	" id INTEGER PRIMARY KEY,"
	" kind INTEGER NOT NULL,"
	" value TEXT NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0,"
	" messages INTEGER NOT NULL DEFAULT 0,"
	" campaign INTEGER REFERENCES campaign (id)," /* of all that have it, while it binds */
	" first INTEGER NOT NULL DEFAULT 0, last INTEGER NOT NULL DEFAULT 0,"
	" released INTEGER NOT NULL DEFAULT 0, blocked INTEGER NOT NULL DEFAULT 0,"
	" person_released INTEGER NOT NULL DEFAULT 0, person_blocked INTEGER NOT NULL DEFAULT 0);"
	"INSERT INTO edge_anew SELECT id, kind, value, state, messages, campaign, first, last,"
	" released, blocked, person_released, person_blocked FROM edge ORDER BY id;"
	"DROP TABLE edge;"
	"ALTER TABLE edge_anew RENAME TO edge;"
	"CREATE INDEX edge_by_campaign ON edge (campaign, kind, messages) WHERE campaign IS NOT NULL;",

	/* Most edges have one message for ever: only those of several name a campaign.  No column
	 * that changes with each message stands in the index. */
	"DROP INDEX edge_by_campaign;"
	"UPDATE edge SET campaign = NULL WHERE messages < 2 AND campaign IS NOT NULL;"
	"CREATE INDEX edge_by_campaign ON edge (campaign, kind) WHERE campaign IS NOT NULL;"
	/* Files that were read are scattered as well: lookup.h. */
	"INSERT INTO lookup SELECT -2, key, 0 FROM seen ORDER BY 2;"
	"DROP TABLE seen;"
	/* And keys of traffic: tier.h. */
	"CREATE TABLE traffic_new ("
	" key INTEGER NOT NULL, value TEXT NOT NULL, slot INTEGER NOT NULL,"
	" messages INTEGER NOT NULL,"
	" PRIMARY KEY (key, value, slot)) WITHOUT ROWID;"
	"CREATE TABLE traffic_merged (" /* one row: the last one that was moved */
	" id INTEGER PRIMARY KEY CHECK (id = 0),"
	" key INTEGER NOT NULL, value TEXT NOT NULL, slot INTEGER NOT NULL);"
	"INSERT INTO traffic_merged VALUES (0, -1, '', 0);"
	"ALTER TABLE lookup_merged ADD COLUMN merges INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE traffic_merged ADD COLUMN merges INTEGER NOT NULL DEFAULT 0;"
	/* a Bloom filter of the keys in lookup: bloom.h */
	"CREATE TABLE lookup_bloom ("
	" part INTEGER PRIMARY KEY,"
	" merges INTEGER NOT NULL, entries INTEGER NOT NULL,"
	" bits BLOB NOT NULL);"
	/* Of the index's segments eight, not four, are merged into one: in a store of a million
	 * messages words are rewritten three times, not five. */
	"INSERT INTO word (word, rank) VALUES ('automerge', 8);"
	"INSERT INTO word (word, rank) VALUES ('crisismerge', 32);",
};

/* What a migration, by its place in the table, does after its SQL that SQL can't. */
static bool (*const steps[G_N_ELEMENTS(migrations)])(Store *store, GError **error) = {
	[5] = chain_existing,
};

int
schema_version(void)
{
	return G_N_ELEMENTS(migrations);
}

static bool
apply(Store *store, int64_t migration, GError **error)
{
	return db_exec(store, migrations[migration], error) &&
		(!steps[migration] || steps[migration](store, error));
}

/* In a transaction: one version further, or all the way where nothing is kept yet. */
static bool
migrate_some(Store *store, int wanted, bool *done, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autofree char *pragma = NULL;
	int64_t version = 0;
	bool fresh;

	if (!transaction || !db_value(store, "PRAGMA user_version", &version, error))
		return false;
	*done = version >= wanted;
	if (*done)
		return true;
	fresh = version == 0;
	do {
		if (!apply(store, version++, error))
			return false;
	} while (fresh && version < wanted);
	pragma = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d",
		SCHEMA_APPLICATION_ID, (int)version);
	return db_exec(store, pragma, error) && transaction_commit(transaction, error);
}

static bool
migrate_all(Store *store, int version, GError **error)
{
	bool done = false;

	while (!done) {
		if (!migrate_some(store, version, &done, error))
			return false;
	}
	return true;
}

/* A table that is made anew is not there for a moment: what refers to it is not looked at until it
 * is again. */
bool
schema_migrate_to(Store *store, int version, GError **error)
{
	int64_t held = 0;
	bool migrated;

	if (!db_value(store, "PRAGMA foreign_keys", &held, error) ||
		!db_exec(store, "PRAGMA foreign_keys = OFF", error))
		return false;
	migrated = migrate_all(store, version, error);
	if (held == 0)
		return migrated;
	return db_exec(store, "PRAGMA foreign_keys = ON", migrated ? error : NULL) && migrated;
}

bool
schema_migrate(Store *store, GError **error)
{
	return schema_migrate_to(store, schema_version(), error);
}

/* What schema_triggers() gives of a new store: a test says when it changes. */
static const char SCHEMA_TRIGGERS[] =
	"d017850e43167ccc03dd5aa2f37a7f1d058ebcf6f5b74356937151d3ef94c20d";

char *
schema_triggers(Store *store, GError **error)
{
	static const char sql[] = "SELECT name, ifnull(sql, '') FROM sqlite_schema"
				  " WHERE type IN ('trigger', 'view') ORDER BY name";
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		for (int column = 0; column < 2; column++)
			g_checksum_update(digest, sqlite3_column_blob(select, column),
				sqlite3_column_bytes(select, column));
	}
	return step == STEP_DONE ? g_strdup(g_checksum_get_string(digest)) : NULL;
}

bool
schema_check_triggers(Store *store, GError **error)
{
	g_autofree char *triggers = schema_triggers(store, error);

	if (!triggers)
		return false;
	if (g_str_equal(triggers, SCHEMA_TRIGGERS))
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
		"%s: its triggers are not those of a lazaret store, and would run with what is"
		" decided: it is not written to; lazaret verify names them",
		store->path);
	return false;
}
