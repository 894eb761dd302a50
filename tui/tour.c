#include "tui/help.h"

#include <string.h>

enum {
	STEP_COLUMN = 5,
};

/* The texts are for help_write(). */
typedef struct Chapter {
	const char *heading;
	const char *texts[6]; /* ends with NULL */
} Chapter;

// clang-format off
static const Chapter chapters[] = {
	{ "What this is for", {
		"Amazon SES sends shops' receipts and thieves' lures alike, and both pass SPF, DKIM and DMARC. So your"
		" gateway holds what came through it, and somebody looks. Nothing is fetched, opened or run by looking.",
		NULL } },
	{ "Who really sent it", {
		"Name and address in From can be anybody's. The SES account can't: Amazon signs it, and ✓ says that this"
		" was verified. The account and the domain that signed are the identity that history and rules are about."
		" What is marked claimed, anyone could have written.",
		NULL } },
	{ "Campaigns", {
		"Messages that share an account, a place their links lead to, a file, a subject or a text are one campaign,"
		" and one line of the queue, the most dangerous first. 8/12 before a finding says: in 8 of its 12 messages."
		" {split} shows what binds it and cuts what says nothing; {join} joins the tagged.",
		NULL } },
	{ "The score", {
		"Points of what was found, from 0 to 100, each with its evidence. 60 and more is hardly ever anything but a lure. A"
		" low score says that nothing was found, not that it is harmless. It decides nothing: you do.",
		NULL } },
	{ "Deciding", {
		"{release} releases: byte for byte, to the recipients it was sent to, after a while in the outbox"
		" ({outbox}) in which {undo} takes all of it back. {block} blocks: it is kept and never delivered.",
		"About more than one message a dry run opens first. Read what stands out there; {commit} does it as one"
		" operation, {back} leaves it. {undo} takes your last one back; {log} lists all, and {undo} works there"
		" too. Only what has left can't be called back.",
		NULL } },
	{ "Rules", {
		"{allow} proposes the narrowest rule that would have released what you released of a sender; {deny} one"
		" that blocks an account. Each shows what it would have done here before {commit} saves it. {rules} lists"
		" them.",
		NULL } },
	{ "A shift", {
		"1  From the top: read the preview, open what it leaves open ({open}), and block the lures with {block}.",
		"2  {limit} score:<20 auth:yes -is:new-account shows what is probably wanted: {tag} tags, {tagged} {release} releases.",
		"3  {bursts} shows who sends more than they used to.",
		"4  {outbox} at the end: what the servers answered, and what waits for you.",
		NULL } },
	{ "When in doubt", {
		"Leave it held: it waits for you, and others see that you are at it after {claim}. Read its text and where"
		" each link ends (pages {tab-text} and {tab-links}). {copy} copies defanged, for a colleague. Ask the recipient, by other"
		" means than this mail, whether they expect it.",
		NULL } },
};
// clang-format on

/* One word, keys in it in their own style. */
static void
write_word(const Console *console, Style style, const char *word, Sheet *sheet)
{
	g_auto(GStrv) parts = g_strsplit_set(word, "{}", -1);

	for (gsize i = 0; parts[i]; i++) {
		bool key = i % 2 == 1;

		sheet_add(sheet, key ? STYLE_KEY : style,
			key ? keymap_key(console->keymap, parts[i]) : parts[i]);
	}
}

static int
word_width(const Console *console, const char *word)
{
	g_auto(GStrv) parts = g_strsplit_set(word, "{}", -1);
	int width = 0;

	for (gsize i = 0; parts[i]; i++) {
		const char *key = i % 2 == 1 ? keymap_key(console->keymap, parts[i]) : parts[i];

		g_assert(key);
		width += text_width(key);
	}
	return width;
}

void
help_write(const Console *console, int indent, Style style, const char *text, Sheet *sheet)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	int at = indent;

	if (indent > 0)
		sheet_to(sheet, indent);
	for (gsize i = 0; words[i]; i++) {
		int width = word_width(console, words[i]);

		if (i > 0 && at + 1 + width > sheet_width(sheet)) {
			sheet_line(sheet);
			if (indent > 0)
				sheet_to(sheet, indent);
			at = indent;
		} else if (i > 0) {
			sheet_add(sheet, style, " ");
			at++;
		}
		write_word(console, style, words[i], sheet);
		at += width;
	}
}

static void
write_paragraph(const Console *console, const char *text, Sheet *sheet)
{
	bool step = g_ascii_isdigit(text[0]);

	sheet_line(sheet);
	if (step) {
		sheet_to(sheet, SHEET_LABEL);
		sheet_addf(sheet, STYLE_HEADING, "%c", text[0]);
	}
	help_write(console, step ? STEP_COLUMN : SHEET_LABEL, STYLE_NORMAL,
		step ? text + strlen("1  ") : text, sheet);
}

void
tour_write(const Console *console, Sheet *sheet)
{
	for (gsize i = 0; i < G_N_ELEMENTS(chapters); i++) {
		sheet_heading(sheet, chapters[i].heading);
		for (gsize j = 0; chapters[i].texts[j]; j++)
			write_paragraph(console, chapters[i].texts[j], sheet);
	}
}
