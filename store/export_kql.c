#include "mail/link.h"
#include "store/export_list.h"
#include "store/json.h"

/* The columns are EmailEvents', EmailUrlInfo's and EmailAttachmentInfo's, as Microsoft Defender
 * XDR's advanced hunting has them; Sentinel has the same tables with TimeGenerated. */
static const char intro[] =
	"// Finds mail that has what lazaret blocks, for advanced hunting in Microsoft Defender XDR.\n"
	"// Whom it was for is asked of EmailEvents there; nobody is named here.\n"
	"let Period = 30d; // the tables have no more\n";

static const char opening[] =
	"let Indicators = datatable(Kind: string, Value: string, Host: string, Campaign: long, "
	"Operation: long) [\n";

static const char hunt[] =
	"];\n"
	"// a domain, and all below it\n"
	"let Above = (Domain: string) { split(tolower(Domain), '.') };\n"
	"let BySender = EmailEvents\n"
	"    | where Timestamp > ago(Period)\n"
	"    | mv-expand Address = pack_array(tolower(SenderFromAddress), "
	"tolower(SenderMailFromAddress)) to typeof(string)\n"
	"    | join kind=inner (Indicators | where Kind == 'sender') on $left.Address == $right.Value\n"
	"    | project NetworkMessageId, Kind, Value, Campaign, Operation;\n"
	"let ByDomain = EmailEvents\n"
	"    | where Timestamp > ago(Period)\n"
	"    | mv-expand Domain = pack_array(SenderFromDomain, SenderMailFromDomain) to "
	"typeof(string)\n"
	"    | where isnotempty(Domain)\n"
	"    | distinct NetworkMessageId, Domain\n"
	"    | extend Labels = Above(Domain)\n"
	"    | mv-expand Skip = range(0, array_length(Labels) - 1) to typeof(long)\n"
	"    | extend Domain = strcat_array(array_slice(Labels, Skip, -1), '.')\n"
	"    | join kind=inner (Indicators | where Kind == 'domain') on $left.Domain == $right.Value\n"
	"    | project NetworkMessageId, Kind, Value, Campaign, Operation;\n"
	"let ByLink = EmailUrlInfo\n"
	"    | where Timestamp > ago(Period)\n"
	"    | distinct NetworkMessageId, UrlDomain\n"
	"    | extend Labels = Above(UrlDomain)\n"
	"    | mv-expand Skip = range(0, array_length(Labels) - 1) to typeof(long)\n"
	"    | extend Domain = strcat_array(array_slice(Labels, Skip, -1), '.')\n"
	"    | join kind=inner (Indicators | where Kind == 'link') on $left.Domain == $right.Value\n"
	"    | project NetworkMessageId, Kind, Value, Campaign, Operation;\n"
	"let ByUrl = EmailUrlInfo\n"
	"    | where Timestamp > ago(Period)\n"
	"    | extend Host = tolower(UrlDomain)\n"
	"    | join kind=inner (Indicators | where Kind == 'url') on Host\n"
	"    | where url_decode(tostring(split(Url, '#')[0])) =~ url_decode(Value)\n"
	"    | project NetworkMessageId, Kind, Value, Campaign, Operation;\n"
	"let ByFile = EmailAttachmentInfo\n"
	"    | where Timestamp > ago(Period)\n"
	"    | extend Digest = tolower(SHA256)\n"
	"    | join kind=inner (Indicators | where Kind == 'sha256') on $left.Digest == $right.Value\n"
	"    | project NetworkMessageId, Kind, Value, Campaign, Operation;\n"
	"union BySender, ByDomain, ByLink, ByUrl, ByFile\n"
	"| summarize Found = make_set(bag_pack(Kind, Value), 20), Campaigns = make_set(Campaign, "
	"20), Operations = make_set(Operation, 20) by NetworkMessageId\n"
	"| join kind=inner (EmailEvents | where Timestamp > ago(Period)) on NetworkMessageId\n"
	"| project Timestamp, NetworkMessageId, InternetMessageId, SenderFromAddress, "
	"SenderMailFromAddress, RecipientEmailAddress, Subject, DeliveryAction, "
	"LatestDeliveryLocation, ThreatTypes, Found, Campaigns, Operations\n"
	"| order by Timestamp desc\n";

/* A string of KQL: what is neither visible ASCII nor a blank is \uXXXX. */
static void
append_string(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar character = g_utf8_get_char(text);

		if (character == '"' || character == '\\')
			g_string_append_printf(out, "\\%c", (int)character);
		else if (character >= ' ' && character < 0x7f)
			g_string_append_c(out, (char)character);
		else
			json_append_escape(out, character);
	}
	g_string_append_c(out, '"');
}

/* Of a URL, without user and port, as UrlDomain has it; "" of what is none. */
static char *
host_of(const Indicator *indicator)
{
	char *host = indicator->kind == INDICATOR_URL ? link_host(indicator->value) : NULL;

	return host ? host : g_strdup("");
}

static bool
append_row(GString *out, const Indicator *indicator, void *data)
{
	int64_t *rows = data;
	g_autofree char *host = host_of(indicator);

	g_string_append(out, (*rows)++ > 0 ? "  , " : "    ");
	append_string(out, indicator_kind_name(indicator->kind));
	g_string_append(out, ", ");
	append_string(out, indicator->value);
	g_string_append(out, ", ");
	append_string(out, host);
	g_string_append_printf(out, ", %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT "\n",
		indicator->campaign, indicator->operation);
	return true;
}

static bool
write_text(const Export *export, const char *first, const char *second, GError **error)
{
	g_autoptr(GString) text = g_string_new(first);

	g_string_append(text, second);
	return export_write(export, text, error);
}

static bool
run(const Export *export, GError **error)
{
	const ExportList list = {
		.blocks = KINDS_ALL & ~KIND_BIT(INDICATOR_ACCOUNT),
		.comment = "// ",
		.line = append_row,
	};
	int64_t rows = 0;

	return write_text(export, intro, opening, error) &&
		export_run_list(export, &list, &rows, error) && write_text(export, hunt, "", error);
}

extern const ExportFormat export_kql;

const ExportFormat export_kql = {
	.name = "kql",
	.summary = "a query for Microsoft's advanced hunting: mail that has what is blocked",
	.run = run,
};
