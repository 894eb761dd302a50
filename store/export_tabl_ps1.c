/* A PowerShell script for Exchange Online.  It is ASCII throughout: Windows PowerShell reads a
 * script without a byte order mark in the system's code page, where a byte of a UTF-8 letter may
 * be a quotation mark, and PowerShell takes typographic quotation marks for quotes. */
#include "store/tabl.h"

#include <string.h>

#include "store/json.h"

static const char intro[] =
	"# Entries of the Tenant Allow/Block List of Microsoft 365, for a session of Exchange Online:\n"
	"#     Connect-ExchangeOnline\n"
	"#     .\\NAME.ps1           takes back what is withdrawn, adds what is to be blocked\n"
	"#     .\\NAME.ps1 -Allow    and what is to be allowed\n"
	"# An entry that stands already is refused, with a warning, and stays as it was.\n"
	"#\n";

static const char functions[] =
	"param([switch] $Allow)\n"
	"\n"
	"if (-not (Get-Command New-TenantAllowBlockListItems -ErrorAction SilentlyContinue)) {\n"
	"    throw 'New-TenantAllowBlockListItems is not known here: Connect-ExchangeOnline first'\n"
	"}\n"
	"\n"
	"# That time, or the last that the list takes.\n"
	"function Get-LazaretEnd([string] $Until, [int] $Days) {\n"
	"    $end = [datetime]::Parse($Until, [cultureinfo]::InvariantCulture, "
	"'AdjustToUniversal')\n"
	"    $last = [datetime]::UtcNow.AddDays($Days)\n"
	"    if ($end -lt $last) { $end } else { $last }\n"
	"}\n"
	"\n"
	"# All at once; where they are refused, one by one, to see which one is.\n"
	"function Invoke-LazaretChunk([scriptblock] $Call, [string[]] $Entries) {\n"
	"    try { & $Call $Entries | Out-Null; return } catch { }\n"
	"    foreach ($entry in $Entries) {\n"
	"        try { & $Call @($entry) | Out-Null }\n"
	"        catch { Write-Warning \"${entry}: $($_.Exception.Message)\" }\n"
	"    }\n"
	"}\n"
	"\n";

/* In single quotes nothing but a quote means anything: it is doubled. */
static void
append_quoted(GString *out, const char *ascii)
{
	g_string_append_c(out, '\'');
	for (; *ascii; ascii++) {
		if (*ascii == '\'')
			g_string_append_c(out, '\'');
		g_string_append_c(out, *ascii);
	}
	g_string_append_c(out, '\'');
}

/* @text as [regex]::Unescape() reads it. */
static char *
escape(const char *text)
{
	GString *escaped = g_string_new(NULL);

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar character = g_utf8_get_char(text);

		if (character == '\\')
			g_string_append(escaped, "\\\\");
		else if (character < 0x80)
			g_string_append_c(escaped, (char)character);
		else
			json_append_escape(escaped, character);
	}
	return g_string_free(escaped, false);
}

static void
append_text(GString *out, const char *text)
{
	g_autofree char *escaped = g_str_is_ascii(text) ? NULL : escape(text);

	if (escaped)
		g_string_append(out, "([regex]::Unescape(");
	append_quoted(out, escaped ? escaped : text);
	if (escaped)
		g_string_append(out, "))");
}

static void
append_end(GString *out, const TablGroup *group)
{
	bool block = group->verb == TABL_BLOCK;

	if (group->until)
		g_string_append_printf(out, " -ExpirationDate (Get-LazaretEnd '%s' %d)",
			group->until, block ? TABL_BLOCK_DAYS : TABL_ALLOW_DAYS);
	else if (block)
		g_string_append(out, " -NoExpiration");
	else
		g_string_append_printf(out, " -RemoveAfter %d", TABL_UNUSED_DAYS);
}

/* What is done with a chunk, as a script block. */
static void
append_call(GString *out, const TablGroup *group)
{
	bool remove = group->verb == TABL_REMOVE;

	g_string_append_printf(out, "{ %s-TenantAllowBlockListItems -ErrorAction Stop -ListType %s",
		remove ? "Remove" : "New", tabl_list_name(group->list));
	if (!remove) {
		g_string_append(out, group->verb == TABL_BLOCK ? " -Block" : " -Allow");
		append_end(out, group);
		g_string_append(out, " -Notes ");
		append_text(out, group->note);
	}
	g_string_append(out, " -Entries $args[0] }");
}

/* The chunk that begins with entry @first. */
static void
append_chunk(GString *out, const TablGroup *group, guint first)
{
	if (group->verb == TABL_ALLOW)
		g_string_append(out, "if ($Allow) ");
	g_string_append(
		out, group->verb == TABL_ALLOW ? "{ Invoke-LazaretChunk " : "Invoke-LazaretChunk ");
	append_call(out, group);
	g_string_append(out, " @(");
	for (guint i = first; i < group->entries->len && i < first + TABL_CHUNK; i++) {
		g_string_append(out, i > first ? ",\n    " : "\n    ");
		append_quoted(out, g_ptr_array_index(group->entries, i));
	}
	g_string_append(out, group->verb == TABL_ALLOW ? "\n) }\n" : "\n)\n");
}

static bool
write_intro(const Export *export, GError **error)
{
	g_autoptr(GString) out = g_string_new(intro);

	for (size_t i = 0; tabl_warnings[i]; i++)
		g_string_append_printf(out, "# %s\n", tabl_warnings[i]);
	g_string_append(out, "#\n");
	return export_write(export, out, error);
}

static bool
write_chunks(const Export *export, Tabl *tabl, GError **error)
{
	g_autoptr(GPtrArray) groups = tabl_groups(tabl);
	g_autoptr(GString) out = g_string_new("\n");

	g_string_append(out, functions);
	for (guint i = 0; i < groups->len; i++) {
		const TablGroup *group = g_ptr_array_index(groups, i);

		for (guint first = 0; first < group->entries->len; first += TABL_CHUNK)
			append_chunk(out, group, first);
	}
	return export_write(export, out, error);
}

static bool
run(const Export *export, GError **error)
{
	g_autoptr(Tabl) tabl = tabl_new(true);

	return write_intro(export, error) && tabl_fill(tabl, export, "# ", error) &&
		write_chunks(export, tabl, error);
}

extern const ExportFormat export_tabl_ps1;

const ExportFormat export_tabl_ps1 = {
	.name = "tabl-ps1",
	.summary = "Tenant Allow/Block List of Microsoft 365: a PowerShell script",
	.run = run,
};
