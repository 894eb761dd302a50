#include "mail/detect.h"

/* What each defect is worth: what makes readers see different mails is worth
 * most, what careless software does every day nothing. */
// clang-format off
static const Detector rows[] = {
	[DEFECT_UNPARSED] = { .id = "could-not-be-parsed", .weight = 25,
		.summary = "could not be parsed: only its header is known" },
	[DEFECT_DUPLICATE_HEADER] = { .id = "duplicate-header", .weight = 20,
		.summary = "a header field that may stand once stands twice" },
	[DEFECT_DATA_AFTER_PADDING] = { .id = "data-after-padding", .weight = 25,
		.summary = "base64 goes on behind its end, where some readers stop" },
	[DEFECT_TWO_BOUNDARIES] = { .id = "two-boundaries", .weight = 30,
		.summary = "two boundaries: readers differ on which parts there are" },
	[DEFECT_UNKNOWN_ENCODING] = { .id = "unknown-encoding", .weight = 10,
		.summary = "a transfer encoding that nobody knows" },
	[DEFECT_UNKNOWN_CHARSET] = { .id = "unknown-charset", .weight = 0,
		.summary = "a character set that nobody knows" },
	[DEFECT_TOO_MANY_HEADERS] = { .id = "too-many-headers", .weight = 20,
		.summary = "more header fields than are read" },
	[DEFECT_TOO_MANY_PARTS] = { .id = "too-many-parts", .weight = 20,
		.summary = "more parts than are read" },
	[DEFECT_TOO_DEEP] = { .id = "too-deep", .weight = 20,
		.summary = "parts nested deeper than is read" },
	[DEFECT_TOO_MANY_LINKS] = { .id = "too-many-links", .weight = 10,
		.summary = "more links than are read" },
	[DEFECT_TEXT_CUT] = { .id = "text-cut", .weight = 5,
		.summary = "more text than is read" },
	[DEFECT_CONTROL_IN_HEADER] = { .id = "control-in-header", .weight = 20,
		.summary = "control or bidi characters in a header field" },
	[DEFECT_NO_FROM] = { .id = "no-from", .weight = 15,
		.summary = "no From: nobody is named as its sender" },
	[DEFECT_SEVERAL_FROM] = { .id = "several-from", .weight = 20,
		.summary = "several senders in one From" },
	[DEFECT_UUENCODE] = { .id = "uuencode", .weight = 5,
		.summary = "a uuencoded file inside the text" },
	[DEFECT_PARTIAL] = { .id = "partial", .weight = 15,
		.summary = "a part of it is elsewhere: message/partial or external-body" },
	[DEFECT_HIDDEN_AROUND_PARTS] = { .id = "hidden-around-parts", .weight = 5,
		.summary = "text before or behind the parts, which most readers hide" },
	[DEFECT_UTF7] = { .id = "charset-hides-markup", .weight = 25,
		.summary = "UTF-7: characters written so that scanners see no markup" },
	[DEFECT_MALFORMED_HEADER] = { .id = "malformed-header", .weight = 10,
		.summary = "a header line that is no field, or one for some readers only" },
	[DEFECT_LONG_LINE] = { .id = "long-line", .weight = 10,
		.summary = "a header line of over 998 bytes, which servers may cut" },
	[DEFECT_PADDED_HEADER] = { .id = "padded-header", .weight = 15,
		.summary = "blanks in a header field push the rest of it out of sight" },
	[DEFECT_INVISIBLE_IN_HEADER] = { .id = "invisible-in-header", .weight = 15,
		.summary = "characters that are not drawn inside a word of a header field" },
	[DEFECT_ODD_FROM] = { .id = "odd-from", .weight = 30,
		.summary = "sender's address is no plain one: programs differ on whose it is" },
	[DEFECT_BYTES_LOST] = { .id = "bytes-lost", .weight = 0,
		.summary = "'?' stands for 8-bit bytes: an export destroyed what was sent" },
	[DEFECT_PARSER_ATTACKED] = { .id = "parser-attacked", .weight = 60,
		.summary = "made its parser try to leave its box: an attack on this program" },
	[DEFECT_GROUP_FROM] = { .id = "group-from", .weight = 20,
		.summary = "From is a group of addresses, which few readers show" },
};
// clang-format on
G_STATIC_ASSERT(G_N_ELEMENTS(rows) == DEFECT_KINDS);

const Detector *
defect_detector(DefectKind kind)
{
	g_assert(kind < G_N_ELEMENTS(rows));
	return &rows[kind];
}

static void
run(const Detector *self, Message *message)
{
	(void)self;
	for (guint i = 0; i < message->defects->len; i++) {
		const Defect *defect = g_ptr_array_index(message->defects, i);
		const Detector *row = defect_detector(defect->kind);

		detector_found(row, message, defect->evidence, defect->where, "%s", row->summary);
	}
}

const Detector detect_defects = {
	.id = "defects",
	.summary =
		"what is broken, or made so that readers see different mails; one id for each kind",
	.run = run,
};
