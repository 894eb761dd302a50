/* made.h - messages of lazaret's own making, as reading a mail would make them
 *
 * What a campaign has in common follows from its Theme; all else is drawn. */
#ifndef TESTS_BENCH_MADE_H
#define TESTS_BENCH_MADE_H

#include <glib.h>
#include <math.h>
#include <string.h>

#include "mail/detect.h"
#include "mail/digest.h"
#include "mail/edge.h"
#include "tests/bench/words.h"

enum {
	PEOPLE = 2000, /* recipients */
	SERVICES = 12, /* accounts that send for many */
	WORDS = 6000,
	TEXT_WORDS = 90,
};

typedef enum {
	THEME_SHOP,
	THEME_CUSTOMER,
	THEME_LURE,
	THEME_LONER,
} ThemeKind;

typedef struct Theme {
	int number;
	ThemeKind kind;
} Theme;

/* ---- words ---- */

/* One of WORDS, the first ones far more often, as in any language. */
static inline void
append_any_word(GString *text, GRand *rand)
{
	append_word(text, (unsigned)(WORDS * pow(g_rand_double(rand), 3)));
}

static inline char *
some_words(GRand *rand, int count)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < count; i++) {
		if (i > 0)
			g_string_append_c(text, i % 12 ? ' ' : '\n');
		append_any_word(text, rand);
	}
	return g_string_free(text, false);
}

/* A name that no other number has. */
static inline char *
name_of(const char *prefix, int number)
{
	GString *name = g_string_new(prefix);

	append_word(name, (unsigned)number);
	g_string_append_printf(name, "%d", number % 10);
	return g_string_free(name, false);
}

/* 43 characters and '=', the same for the same number. */
static inline char *
account_of(int number)
{
	g_autofree char *seed = g_strdup_printf("account %d", number);
	uint8_t digest[DIGEST_SIZE];
	char *name;

	digest_sha256(seed, strlen(seed), digest);
	name = g_base64_encode(digest, sizeof(digest));
	for (char *p = name; *p; p++) {
		if (*p == '+' || *p == '/')
			*p = 'x';
	}
	return name;
}

/* ---- a message as reading it would make it ---- */

static inline void
set(char **field, char *value)
{
	g_free(*field);
	*field = value;
}

/* What the messages of a campaign have in common stays the same with the same seed. */
static inline GRand *
rand_of(const Theme *theme, int what)
{
	return g_rand_new_with_seed((guint32)(theme->number * 16 + what));
}

/* Lures come from several accounts and domains; @turn is which. */
static inline void
make_sender(Message *message, const Theme *theme, int turn)
{
	static const char *const brands[] = { "MetaMask", "PayPal", "Docusign", "Netflix",
		"Microsoft", "Coinbase", "Ledger", "DHL" };
	bool lure = theme->kind == THEME_LURE;
	int account = lure ? theme->number * 4 + turn % 4 : theme->number * 4;
	g_autofree char *name =
		name_of(lure ? "l" : "s", theme->number * 4 + (lure ? turn % 4 : 0));
	g_autofree char *domain = g_strconcat(name, lure ? ".com" : ".net", NULL);

	if (theme->kind == THEME_CUSTOMER)
		account = -1 - theme->number % SERVICES;
	set(&message->from->address, g_strdup_printf("news@%s", domain));
	message->from->name = lure
		? g_strdup(brands[(unsigned)theme->number % G_N_ELEMENTS(brands)])
		: g_strdup(name);
	message->from_domain = g_strdup(domain);
	message->account_domain = g_strdup(domain);
	message->authenticated = true;
	if (theme->kind == THEME_LONER)
		return;
	message->ses->class = SES_CONFIRMED;
	message->ses->account = account_of(account);
	message->ses->account_signed = true;
	message->ses->region = g_strdup(theme->number % 3 ? "us-east-1" : "eu-west-1");
	message->ses->ip = g_strdup_printf("54.240.%d.%d", 8 + turn % 4, 1 + theme->number % 250);
	if (theme->number % 5 == 0)
		message->ses->config_set = g_strdup_printf("set-%d", theme->number % 40);
}

static inline void
make_text(Message *message, const Theme *theme, GRand *rand, const char *site)
{
	g_autoptr(GRand) common = rand_of(theme, 0);
	g_autofree char *words = some_words(common, TEXT_WORDS);
	GString *text = g_string_new("dear ");
	PartText *part = g_new0(PartText, 1);

	append_any_word(text, rand);
	g_string_append_printf(text, "\n%s\n", words);
	append_any_word(text, rand);
	g_string_append_printf(text, " %d [1]\n", g_rand_int_range(rand, 1000, 100000));
	if (theme->number % 7 == 0)
		g_string_append_printf(text, "https://%s/unsubscribe\n", site);
	part->path = g_strdup("1");
	part->type = g_strdup("text/html");
	part->text = g_string_free(text, false);
	g_ptr_array_add(message->texts, part);
}

static inline void
make_links(Message *message, const Theme *theme, GRand *rand, const char *site)
{
	g_autofree char *id = g_strdup_printf("0100%012x-228c0b4f-d408-4013-b275-%012x-000000",
		(unsigned)theme->number, g_rand_int(rand));

	for (int i = 0; i < 1 + theme->number % 3; i++) {
		bool tracked = theme->kind != THEME_LONER && i == 0;
		g_autofree char *url = tracked
			? g_strdup_printf("https://abcd1234.r.us-east-1.awstrack.me/L0/"
					  "https:%%2F%%2Fwww.%s%%2Fp%%2F%d/1/%s/"
					  "AAAAAAAAAAAAAAAAAAAAAAAAAAA=1",
				  site, theme->number % 100, id)
			: g_strdup_printf("https://www.%s/q/%d", site, i);

		g_ptr_array_add(message->links,
			link_new("look here", url, 0, "part 1", message->ses->message_id));
	}
}

static inline void
make_attachment(Message *message, const Theme *theme)
{
	Attachment *attachment = attachment_new();
	g_autofree char *seed = g_strdup_printf("file %d", theme->number);
	g_autofree char *name = name_of("invoice-", theme->number);
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(seed, strlen(seed), digest);
	attachment->path = g_strdup("2");
	attachment->name = g_strconcat(name, ".pdf", NULL);
	attachment->declared = g_strdup("application/pdf");
	attachment->detected = g_strdup(theme->number % 2 ? "application/pdf" : "text/html");
	attachment->size = 20000 + theme->number % 5000;
	attachment->sha256 = g_malloc(DIGEST_HEX);
	digest_hex(digest, attachment->sha256);
	g_ptr_array_add(message->attachments, attachment);
}

static inline void
make_subject(Message *message, const Theme *theme, GRand *rand)
{
	static const char *const begins[] = { "Your order", "Invoice",
		"Urgent: verify your account", "News of", "Receipt", "Payment received",
		"Action required", "Welcome to" };
	g_autoptr(GRand) common = rand_of(theme, 1 + g_rand_int_range(rand, 0, 3));
	g_autofree char *words = some_words(common, 3);

	set(&message->subject,
		g_strdup_printf(
			"%s %s", begins[(unsigned)theme->number % G_N_ELEMENTS(begins)], words));
}

static inline void
make_envelope(Message *message, const Theme *theme, GRand *rand, const char *id)
{
	int count = 1 + (int)(3 * pow(g_rand_double(rand), 6));
	GString *to = g_string_new(NULL);

	message->envelope->sender = theme->kind == THEME_SHOP
		? g_strdup_printf("%s@bounce.%s", id, message->from_domain)
		: g_strdup_printf("%s@amazonses.com", id);
	for (int i = 0; i < count; i++) {
		char *address = g_strdup_printf(
			"user%d@example.net", (int)(PEOPLE * pow(g_rand_double(rand), 2)) + i);

		g_string_append_printf(to, "%s%s", i ? ", " : "", address);
		g_ptr_array_add(message->envelope->recipients, address);
	}
	set(&message->to, g_string_free(to, false));
}

static inline void
add_header(Message *message, const char *name, char *value)
{
	HeaderField *field = g_new0(HeaderField, 1);

	field->name = g_strdup(name);
	field->raw = g_strdup_printf(" %s", value);
	field->value = value;
	g_ptr_array_add(message->headers, field);
}

static inline void
make_headers(Message *message, const char *id)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(message->received);
	g_autofree char *date = g_date_time_format(time, "%a, %d %b %Y %H:%M:%S +0000");
	const SesOrigin *ses = message->ses;

	add_header(message, "Return-Path", g_strdup_printf("<%s>", message->envelope->sender));
	if (ses->account) {
		add_header(message, "Authentication-Results",
			g_strdup_printf("mx.example.net; dkim=pass header.d=%s;"
					" dkim=pass header.d=amazonses.com",
				message->from_domain));
		add_header(message, "Received",
			g_strdup_printf("from a8-1.smtp-out.amazonses.com"
					" (a8-1.smtp-out.amazonses.com [%s]) by mx.example.net"
					" (Postfix) with ESMTPS for <%s>; %s",
				ses->ip, (char *)message->envelope->recipients->pdata[0], date));
		add_header(message, "DKIM-Signature",
			g_strdup(
				"v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;"
				" s=224i4yxa5dv7c2xz3womw6peuasteono; d=amazonses.com;"
				" h=From:To:Subject:Date:Message-ID:Feedback-ID; bh=AAAA; b=BBBB"));
		add_header(message, "Feedback-ID",
			g_strdup_printf("::1.%s.%s:AmazonSES", ses->region, ses->account));
		add_header(message, "X-SES-Outgoing", g_strdup_printf("2026.01.01-%s", ses->ip));
	}
	add_header(message, "From",
		g_strdup_printf("\"%s\" <%s>", message->from->name, message->from->address));
	add_header(message, "To", g_strdup(message->to));
	add_header(message, "Message-ID", g_strdup_printf("<%s@email.amazonses.com>", id));
	add_header(message, "Date", g_strdup(date));
	add_header(message, "Subject", g_strdup(message->subject));
	add_header(message, "Content-Type", g_strdup("text/html; charset=utf-8"));
}

static inline void
make_signature(Message *message, const char *domain, const char *selector)
{
	Signature *signature = g_new0(Signature, 1);

	signature->domain = g_strdup(domain);
	signature->selector = g_strdup(selector);
	signature->covered = g_strdup("From:To:Subject:Date:Message-ID:Feedback-ID");
	g_ptr_array_add(message->signatures, signature);
}

/* What the gateway and this program found about who sent it. */
static inline void
make_proof(Message *message, const Theme *theme)
{
	AuthResult *result = g_new0(AuthResult, 1);

	result->authserv_id = g_strdup("mx.example.net");
	result->method = g_strdup("dkim");
	result->result = g_strdup("pass");
	result->domain = g_strdup(message->from_domain);
	result->trusted = true;
	g_ptr_array_add(message->auth, result);
	make_signature(message, "amazonses.com", "224i4yxa5dv7c2xz3womw6peuasteono");
	if (theme->number % 8)
		make_signature(message, message->from_domain, "s1");
}

static inline Message *
make_message(const Theme *theme, int64_t at, int number, GRand *rand, const Site *site)
{
	Message *message = message_new();
	g_autofree char *id = g_strdup_printf("0100%012" G_GINT64_MODIFIER "x-%08x-0000-4000-8000-"
					      "%012x-000000",
		at, (unsigned)theme->number, (unsigned)number);
	g_autofree char *place = name_of("go", theme->number);
	g_autofree char *target = NULL;

	message->received = at;
	message->date = at - g_rand_int_range(rand, 1, 90);
	message->message_id = g_strdup(id);
	make_sender(message, theme, g_rand_int_range(rand, 0, 12));
	target = theme->kind == THEME_LURE ? g_strconcat(place, ".org", NULL)
					   : g_strdup(message->from_domain);
	make_subject(message, theme, rand);
	make_envelope(message, theme, rand, id);
	make_headers(message, id);
	if (message->ses->account)
		make_proof(message, theme);
	make_text(message, theme, rand, target);
	make_links(message, theme, rand, target);
	if (theme->number % 11 == 0)
		make_attachment(message, theme);
	message_judge(message, site);
	message_find_edges(message, site);
	return message;
}

static inline char *
raw_of(const Message *message)
{
	GString *raw = g_string_new(NULL);
	const PartText *text = g_ptr_array_index(message->texts, 0);

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		g_string_append_printf(raw, "%s:%s\n", field->name, field->raw);
	}
	g_string_append_printf(raw, "\n%s", text->text);
	return g_string_free(raw, false);
}

#endif
