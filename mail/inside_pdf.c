/* inside_pdf.c - the links, programs and files of a PDF
 *
 * No reader of PDF is safe to have in the process, and none is needed: actions stand
 * in plain objects or in compressed streams of objects, so that all of them are
 * found by going through the tokens once, whatever the cross-references say.
 */
#include <string.h>

#include "mail/inside.h"
#include "mail/pdf_stream.h"
#include "mail/text.h"

enum {
	MAX_NAME = 60,
	MAX_STRING = 8192,
	MAX_STREAMS = 2000,            /* that are decoded, of one file */
	MAX_CONTENT = 8 * 1024 * 1024, /* bytes of page contents that are searched */
};

/* What the names since the last "obj" say of the stream that may follow. */
typedef enum {
	KIND_OBJECTS = 1 << 0,
	KIND_FILE = 1 << 1,
	KIND_IMAGE = 1 << 2,
	KIND_DULL = 1 << 3, /* fonts, metadata, tables: no reader shows them */
} Kind;

typedef struct Pdf {
	Inside *inside;
	const InsideFile *file;
	const char *where;
	size_t content; /* bytes of page contents that were searched */
	int streams;
	int files;
} Pdf;

typedef struct Tokens {
	const char *at;
	const char *end;
	char key[MAX_NAME + 1]; /* the last name, '#' escapes undone */
	bool open_action;       /* since the last "obj" */
	unsigned kind;          /* likewise, of Kind */
	PdfFilter filters[PDF_MAX_FILTERS];
	size_t filter_count;
	bool in_filters; /* names that come now are filters' */
} Tokens;

/* ---- names ---- */

typedef struct Meaning {
	const char *name;
	AttachmentFlag flag; /* 0: only a note */
	const char *text;
} Meaning;

static const Meaning meanings[] = {
	{ "Launch", ATTACHMENT_PROGRAM, "starts a program (/Launch)" },
	{ "JavaScript", ATTACHMENT_SCRIPT, "/JavaScript" },
	{ "JS", ATTACHMENT_SCRIPT, "/JS" },
	{ "Encrypt", ATTACHMENT_ENCRYPTED, "/Encrypt: what it holds can't be read here" },
	{ "ImportData", ATTACHMENT_EXTERNAL, "/ImportData" },
	{ "SubmitForm", 0, "a form that is sent (/SubmitForm)" },
	{ "RichMedia", 0, "/RichMedia" },
	{ "XFA", 0, "a form of its own (/XFA)" },
};

static const struct {
	const char *name;
	Kind kind;
} kinds[] = {
	{ "ObjStm", KIND_OBJECTS },
	{ "EmbeddedFile", KIND_FILE },
	{ "Image", KIND_IMAGE },
	{ "Metadata", KIND_DULL },
	{ "XRef", KIND_DULL },
	{ "Length1", KIND_DULL },
	{ "FontFile", KIND_DULL },
	{ "CIDFontType0C", KIND_DULL },
	{ "Type1C", KIND_DULL },
	{ "ICCBased", KIND_DULL },
};

static bool
is_delimiter(char c)
{
	return !c || strchr("()<>[]{}/% \t\r\n\f", c);
}

static void
read_name(Tokens *tokens)
{
	size_t length = 0;

	for (tokens->at++; tokens->at < tokens->end && !is_delimiter(*tokens->at); tokens->at++) {
		char c = *tokens->at;

		if (c == '#' && tokens->end - tokens->at > 2 && g_ascii_isxdigit(tokens->at[1]) &&
			g_ascii_isxdigit(tokens->at[2])) {
			c = (char)(g_ascii_xdigit_value(tokens->at[1]) * 16 +
				g_ascii_xdigit_value(tokens->at[2]));
			tokens->at += 2;
		}
		if (length < MAX_NAME)
			tokens->key[length++] = c;
	}
	tokens->key[length] = '\0';
}

static void
judge_name(Pdf *pdf, Tokens *tokens)
{
	if (strcmp(tokens->key, "OpenAction") == 0)
		tokens->open_action = true;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(tokens->key, kinds[i].name) == 0)
			tokens->kind |= kinds[i].kind;
	for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++) {
		if (strcmp(tokens->key, meanings[i].name) != 0)
			continue;
		if (meanings[i].flag)
			inside_flag(pdf->inside, meanings[i].flag, "%s", meanings[i].text);
		else
			inside_note(pdf->inside, "%s", meanings[i].text);
	}
}

/* "/Filter /FlateDecode" and "/Filter [/A85 /Fl]". */
static void
note_filter(Tokens *tokens)
{
	if (strcmp(tokens->key, "Filter") == 0 || strcmp(tokens->key, "F") == 0) {
		tokens->in_filters = true;
		return;
	}
	if (!tokens->in_filters)
		return;
	/* The next key of the dictionary is no filter, and ends them. */
	if (pdf_filter(tokens->key) == PDF_OTHER && !g_str_has_suffix(tokens->key, "Decode"))
		tokens->in_filters = false;
	else if (tokens->filter_count < PDF_MAX_FILTERS)
		tokens->filters[tokens->filter_count++] = pdf_filter(tokens->key);
}

/* ---- strings ---- */

static void
append_escape(Tokens *tokens, GString *text)
{
	static const char from[] = "nrtbf";
	static const char to[] = "\n\r\t\b\f";
	const char *known = strchr(from, *tokens->at);
	int value = 0;
	int digits = 0;

	if (*tokens->at == '\r' || *tokens->at == '\n') {
		/* A line end that goes on in the next line: none. */
		tokens->at++;
		return;
	}
	while (digits < 3 && tokens->at + digits < tokens->end && tokens->at[digits] >= '0' &&
		tokens->at[digits] <= '7')
		value = value * 8 + tokens->at[digits++] - '0';
	if (digits > 0)
		g_string_append_c(text, (char)value);
	else
		g_string_append_c(text, known && *known ? to[known - from] : *tokens->at);
	tokens->at += MAX(digits, 1);
}

/* "(...)" with balanced parentheses inside. */
static GString *
read_literal(Tokens *tokens)
{
	GString *text = g_string_new(NULL);
	int open = 1;

	for (tokens->at++; tokens->at < tokens->end && text->len < MAX_STRING;) {
		char c = *tokens->at++;

		open += (c == '(') - (c == ')');
		if (open == 0)
			break;
		if (c == '\\' && tokens->at < tokens->end)
			append_escape(tokens, text);
		else
			g_string_append_c(text, c);
	}
	return text;
}

static GString *
read_hex(Tokens *tokens)
{
	GString *text = g_string_new(NULL);
	int high = -1;

	for (tokens->at++; tokens->at < tokens->end && *tokens->at != '>'; tokens->at++) {
		int value = g_ascii_xdigit_value(*tokens->at);

		if (value < 0 || text->len >= MAX_STRING)
			continue;
		if (high >= 0)
			g_string_append_c(text, (char)(high * 16 + value));
		high = high < 0 ? value : -1;
	}
	return text;
}

/* Text strings are UTF-16 with a mark, or bytes (7.9.2.2). */
static char *
string_text(const GString *string)
{
	bool known;

	if (string->len >= 2 && memcmp(string->str, "\xfe\xff", 2) == 0)
		return text_from_charset(string->str + 2, string->len - 2, "utf-16be", &known);
	return text_utf8(string->str, string->len);
}

/* Most strings are text to draw or bytes; what ASCII they hold reads the same as text. */
static bool
may_hold_address(const Tokens *tokens, const GString *string)
{
	return strcmp(tokens->key, "URI") == 0 ||
		(string->len >= 2 && memcmp(string->str, "\xfe\xff", 2) == 0) ||
		memmem(string->str, string->len, "://", 3) ||
		memmem(string->str, string->len, "www.", 4);
}

static void
judge_string(Pdf *pdf, const Tokens *tokens, const GString *string)
{
	g_autofree char *text = NULL;

	if (!may_hold_address(tokens, string))
		return;
	text = string_text(string);
	if (strcmp(tokens->key, "URI") == 0) {
		inside_link(pdf->inside, "", text, 0, pdf->where);
		if (tokens->open_action)
			inside_flag(pdf->inside, ATTACHMENT_EXTERNAL, "opens %s at once", text);
		return;
	}
	/* A value that stands in an object of its own, a script, a form's target. */
	if (strstr(text, "://") || strstr(text, "www."))
		inside_scan(pdf->inside, text, strcmp(tokens->key, "F") == 0 ? 0 : LINK_SCAN,
			pdf->where);
}

/* ---- streams ---- */

static void scan_tokens(Pdf *pdf, const char *bytes, size_t length, bool with_streams);

static void
push_file(Pdf *pdf, const GByteArray *data)
{
	g_autofree char *name = g_strdup_printf("embedded file %d", ++pdf->files);
	g_autoptr(GBytes) bytes = g_bytes_new(data->data, data->len);

	inside_note(pdf->inside, "%s, %u bytes", name, data->len);
	if (inside_entry(pdf->inside, pdf->file, name, (const char *)data->data,
		    MIN(data->len, INSIDE_HEAD)))
		inside_push(pdf->inside, pdf->file, name, bytes);
}

static void
push_image(Pdf *pdf, const GByteArray *data)
{
	g_autoptr(GBytes) bytes = NULL;

	if (!inside_wants(pdf->inside, "picture.jpg", (const char *)data->data,
		    MIN(data->len, INSIDE_HEAD)))
		return;
	bytes = g_bytes_new(data->data, data->len);
	inside_push(pdf->inside, pdf->file, "picture.jpg", bytes);
}

static void
search_content(Pdf *pdf, const GByteArray *data)
{
	g_autofree char *text = NULL;

	if (pdf->content > MAX_CONTENT)
		return;
	pdf->content += data->len;
	text = text_utf8((const char *)data->data, data->len);
	inside_scan(pdf->inside, text, LINK_SCAN, pdf->where);
}

static void
read_data(Pdf *pdf, const Tokens *tokens, const char *data, size_t length)
{
	bool jpeg =
		tokens->filter_count > 0 && tokens->filters[tokens->filter_count - 1] == PDF_JPEG;
	g_autoptr(GByteArray) decoded = NULL;

	if (tokens->kind & KIND_DULL || (tokens->kind & KIND_IMAGE && !jpeg) ||
		++pdf->streams > MAX_STREAMS)
		return;
	decoded = pdf_decode(
		pdf->inside, (const guint8 *)data, length, tokens->filters, tokens->filter_count);
	if (!decoded)
		return;
	if (tokens->kind & KIND_OBJECTS)
		scan_tokens(pdf, (const char *)decoded->data, decoded->len, false);
	else if (tokens->kind & KIND_FILE)
		push_file(pdf, decoded);
	else if (jpeg)
		push_image(pdf, decoded);
	else
		search_content(pdf, decoded);
}

/* Behind "stream" and its line end, up to "endstream". */
static void
read_stream(Pdf *pdf, Tokens *tokens)
{
	static const char close[] = "endstream";
	const char *data = tokens->at;
	const char *end;

	data += data < tokens->end && *data == '\r';
	data += data < tokens->end && *data == '\n';
	end = memmem(data, (size_t)(tokens->end - data), close, strlen(close));
	if (!end)
		end = tokens->end;
	read_data(pdf, tokens, data, (size_t)(end - data));
	tokens->at = end;
}

/* ---- tokens ---- */

static void
begin_object(Tokens *tokens)
{
	tokens->kind = 0;
	tokens->filter_count = 0;
	tokens->in_filters = false;
	tokens->open_action = false;
	tokens->key[0] = '\0';
}

static void
read_word(Pdf *pdf, Tokens *tokens, bool with_streams)
{
	const char *word = tokens->at;
	size_t length;

	while (tokens->at < tokens->end && !is_delimiter(*tokens->at))
		tokens->at++;
	length = (size_t)(tokens->at - word);
	if (length == 0)
		tokens->at++;
	else if (length == 3 && memcmp(word, "obj", 3) == 0)
		begin_object(tokens);
	else if (with_streams && length == 6 && memcmp(word, "stream", 6) == 0)
		read_stream(pdf, tokens);
}

static void
read_string(Pdf *pdf, Tokens *tokens)
{
	g_autoptr(GString) string = *tokens->at == '(' ? read_literal(tokens) : read_hex(tokens);

	judge_string(pdf, tokens, string);
}

static void
skip_comment(Tokens *tokens)
{
	while (tokens->at < tokens->end && *tokens->at != '\n' && *tokens->at != '\r')
		tokens->at++;
}

static void
scan_tokens(Pdf *pdf, const char *bytes, size_t length, bool with_streams)
{
	Tokens tokens = { .at = bytes, .end = bytes + length };

	while (tokens.at < tokens.end) {
		bool two = tokens.end - tokens.at > 1 && tokens.at[1] == '<';

		switch (*tokens.at) {
		case '/':
			read_name(&tokens);
			note_filter(&tokens);
			judge_name(pdf, &tokens);
			break;
		case '%':
			skip_comment(&tokens);
			break;
		case '(':
			read_string(pdf, &tokens);
			break;
		case '<':
			if (two)
				tokens.at += 2;
			else
				read_string(pdf, &tokens);
			break;
		default:
			read_word(pdf, &tokens, with_streams);
			break;
		}
	}
}

/* Readers look for it in the first 1024 bytes. */
static bool
knows(const char *name G_GNUC_UNUSED, const char *head, size_t length)
{
	return memmem(head, length, "%PDF-", 5) != NULL;
}

static void
read_pdf(Inside *inside, const InsideFile *file)
{
	g_autofree char *place = g_strdup_printf("%s, PDF", file->where);
	Pdf pdf = {
		.inside = inside,
		.file = file,
		.where = file->depth > 0 ? file->where : place,
	};
	gsize length = 0;
	const char *bytes = g_bytes_get_data(file->bytes, &length);

	scan_tokens(&pdf, bytes, length, true);
}

extern const InsideReader inside_pdf;
const InsideReader inside_pdf = {
	.name = "pdf",
	.knows = knows,
	.read = read_pdf,
};
