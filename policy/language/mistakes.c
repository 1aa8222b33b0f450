/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/language/mistakes.h"

#include <string.h>
#include <strings.h>

struct mistake {
	unsigned places;
	const char *words; /* each with a blank before and after it */
	const char *hint;
};

#define LISTS (PLACE_PEOPLE | PLACE_NETWORK | PLACE_HOST | PLACE_PERIOD)

static const struct mistake mistakes[] = {
    {PLACE_APPROVAL,
	" one two three four five people person approvals approvers by times x ",
	"how many and who must approve is \"approval 2 of managers\""},
    {PLACE_APPROVAL, " until lasts lasting max less below age ",
	"how long ago an approval may have been given is \"approval 2 of "
	"managers within 1h\""},
    {PLACE_APPROVAL, " and & + , or | of ",
	"an approval is asked of one group, and its number stands before "
	"\"of\": approval 2 of managers within 1h"},
    {PLACE_STATEMENT, " allow accept grant pass let access rule ",
	"a rule that lets people in begins with \"permit\""},
    {PLACE_STATEMENT, " block reject drop forbid refuse prohibit ",
	"a rule that keeps people out begins with \"deny\""},
    {PLACE_STATEMENT, " default otherwise else ",
	"what no \"permit\" matches is denied already"},
    {PLACE_STATEMENT, " user users account employee ",
	"people are defined by \"person NAME \"user name\"\" or \"group\""},
    {PLACE_STATEMENT, " role roles team ",
	"people are defined by \"group NAME \"distinguished name\"\""},
    {PLACE_STATEMENT, " host server target ",
	"hosts are defined by \"hosts NAME host.example.com\""},
    {PLACE_STATEMENT, " subnet net ip cidr networks ",
	"networks are defined by \"network NAME 10.0.0.0/8\""},
    {PLACE_STATEMENT, " time schedule times maintenance ",
	"times are defined by \"hours\" (of a week), \"freeze\" or \"window\" "
	"(of dates)"},
    {PLACE_STATEMENT, " ensure expect require check test ",
	"what must stay true begins with \"assert never\", \"assert always\" "
	"or \"assert only\""},
    {PLACE_STATEMENT, " import use load ", "write: include \"FILE\""},
    {PLACE_STATEMENT, " // /* ; -- ", "a comment begins with \"#\""},
    {PLACE_STATEMENT, " if when unless ",
	"a statement has no condition of its own: conditions are clauses of "
	"\"permit\" and \"deny\""},
    {PLACE_STATEMENT,
	" from to service during outside age with without for token audience "
	"lease grace approval within of ",
	"a rule goes on in the next line only if its line ends with \"\\\" or "
	"inside parentheses"},
    {PLACE_PEOPLE, " all everyone everybody anyone anybody * ",
	"everybody is \"any\""},
    {PLACE_NETWORK | PLACE_HOST,
	" all everywhere anywhere everything * any_host internet ",
	"all of them is \"any\""},
    {PLACE_PEOPLE, " user users role account member members ",
	"people are named as they are, after \"person\" or \"group\" has "
	"defined them"},
    {PLACE_PEOPLE, " group person employment attribute ",
	"a rule names people that are defined in a line of their own, as in: "
	"group external employment contractor"},
    {PLACE_PEOPLE, " and && & ",
	"whoever is in both is \"eng & contractors\", with blanks, in a rule; "
	"names without a sign between them mean any one of them"},
    {LISTS, " and && & ",
	"several names stand without a word between them, and mean any one of "
	"them"},
    {LISTS, " or || | , ",
	"several names stand without anything between them, and mean any one "
	"of them"},
    {PLACE_PEOPLE | PLACE_NETWORK | PLACE_HOST, " not ! but excluding minus ",
	"what is left out follows \"except\", as in: any except guest"},
    {PLACE_PEOPLE | PLACE_NETWORK | PLACE_HOST, " except ",
	"\"except\" stands in a rule, after one name or a list in "
	"parentheses"},
    {LISTS | PLACE_CLAUSE, " not ! except but excluding ",
	"\"except\" follows people, networks and hosts alone; the opposite of "
	"\"during\" is \"outside\""},
    {LISTS | PLACE_CLAUSE | PLACE_FACTOR, " unless ",
	"there is no \"unless\": people, networks and hosts have \"except\", "
	"as in: deny external from any except office; times have "
	"\"outside\""},
    {LISTS | PLACE_CLAUSE | PLACE_FACTOR, " if when where only then ",
	"conditions are clauses such as \"from\", \"to\", \"service\" and "
	"\"during\", without a word before them"},
    {PLACE_FACTOR, " and && & , ",
	"all of several factors is \"+\", as in: password + otp"},
    {PLACE_FACTOR, " or || / ",
	"one of several factors is \"|\", as in: otp | fido2"},
    {PLACE_SERVICE, " and or , ",
	"several services stand without anything between them"},
    {PLACE_CLAUSE, " with ",
	"only a \"permit\" has \"with\"; \"deny\" and \"assert never\" have "
	"\"without\", as in: deny any to prod without publickey"},
    {PLACE_CLAUSE, " for token audience lease grace approval ",
	"only a \"permit\" has obligations"},
    {PLACE_CLAUSE, " without ",
	"\"deny\" and \"assert never\" have \"without\"; a \"permit\" says what "
	"is required"},
    {PLACE_CLAUSE, " and && & ; or || | , ",
	"clauses follow each other without anything between them; another "
	"choice is another rule"},
    {PLACE_CLAUSE, " { } : -> => = ",
	"a rule has no block and no sign: its clauses stand on its line"},
    {PLACE_CLAUSE | LISTS, " using require requires needs need mfa by via ",
	"factors follow \"with\", as in: with password + otp"},
    {PLACE_CLAUSE | LISTS, " in at source src ip client ",
	"the client's network follows \"from\", the host \"to\", the time "
	"\"during\""},
    {PLACE_CLAUSE | LISTS, " on onto dst dest destination host target into ",
	"the host follows \"to\""},
    {PLACE_CLAUSE | LISTS, " between until before after hours freeze time ",
	"times are defined by \"hours\", \"freeze\" or \"window\" and named after "
	"\"during\" or \"outside\""},
    {PLACE_CLAUSE | LISTS, " session timeout max ttl duration ",
	"the length of a session follows \"for\", that of a token \"token\""},
    {PLACE_CLAUSE | LISTS, " approved approvals ",
	"write \"approval\", as in: approval 2 of managers within 1h"},
    {PLACE_CLAUSE | LISTS | PLACE_FACTOR | PLACE_SERVICE,
	" forward forwarding permitopen agent-forwarding x11 ",
	"a rule cannot open or close a forwarding: sshd_config(5) does, by "
	"DisableForwarding and Match"},
    {PLACE_CLAUSE | LISTS | PLACE_SERVICE, " as runas become ",
	"sudo does not say in time which account it enters: give the account a "
	"service of its own, as sallyport-policy(5) shows"},
    {PLACE_CLAUSE | LISTS, " port ports command log priority ",
	"a rule does not know this: it matches people, networks, hosts, "
	"services, times and the session's age"},
    {PLACE_FACTOR, " not ! no ",
	"a rule says what is required, never what is not"},
    {PLACE_FACTOR, " mfa 2fa two 2 any both all multifactor ",
	"write \"2 factors\", or which ones: password + otp"},
    {PLACE_FACTOR, " totp hotp code pin token sms push google-authenticator ",
	"a one-time code is \"otp\""},
    {PLACE_FACTOR, " webauthn u2f yubikey passkey security-key fido ",
	"a security key is \"fido2\""},
    {PLACE_FACTOR, " key pubkey public-key ssh-key sshkey cert certificate ",
	"a key that sshd has verified is \"publickey\""},
    {PLACE_FACTOR, " pass passwd pw ldap ad ", "write \"password\""},
    {PLACE_FACTOR, " approval ",
	"an approval is a clause of its own, after the factors: with password "
	"+ otp approval"},
    {PLACE_FACTOR, " backup scratch backup-code recovery-code ",
	"write \"recovery\""},
    {PLACE_SERVICE, " ssh login openssh sftp scp ", "write \"sshd\""},
    {PLACE_SERVICE, " any all ",
	"a rule without \"service\" is for all of them"},
    {PLACE_PERIOD, " weekdays workdays weekday business-hours ",
	"define it first, as in: hours office mon-fri 08:00-18:00 "
	"Europe/Paris"},
    {PLACE_PERIOD, " weekend weekends ",
	"define it first, as in: hours weekend sat-sun 00:00-24:00 "
	"Europe/Paris"},
    {PLACE_PERIOD, " monday tuesday wednesday thursday friday saturday sunday ",
	"days have three letters: mon tue wed thu fri sat sun"},
    {PLACE_PERIOD, " always never now today 24/7 ",
	"a rule without \"during\" holds at all times"},
};

static bool
among(const char *words, const struct lex_token *token)
{
	for (const char *at = words + 1; *at != '\0'; at++) {
		size_t length = strcspn(at, " ");

		if (length == token->length &&
		    strncasecmp(at, token->text, length) == 0)
			return true;
		at += length;
	}
	return false;
}

static bool
has(const struct lex_token *token, char c)
{
	return memchr(token->text, c, token->length) != NULL;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What is a mistake by its form. */
static const char *
by_form(const struct lex_token *token, enum place place)
{
	const char *text = token->text;
	size_t length = token->length;

	if (token->kind == LEX_STRING && (place & PLACE_PEOPLE))
		return "a rule names people by a word: define it by \"group\" "
		       "or \"person\" in a line of its own";
	if (token->kind == LEX_STRING &&
	    (place & (PLACE_NETWORK | PLACE_PERIOD)))
		return "write it without quotes";
	if (token->kind != LEX_WORD)
		return NULL;
	if ((place & PLACE_PEOPLE) && has(token, '&'))
		return "\"&\" has a blank before and after it";
	if ((place & PLACE_PEOPLE) && has(token, '='))
		return "a distinguished name stands in quotes, in a line like: "
		       "group sre \"cn=sre,dc=example,dc=com\"";
	if ((place & PLACE_PEOPLE) && (has(token, '@') || has(token, '\\')))
		return "define the person first, as in: person alice \"alice\"";
	if ((place & PLACE_STATEMENT) && length > 1 &&
	    (memcmp(text, "//", 2) == 0 || memcmp(text, "/*", 2) == 0 ||
		text[0] == ';'))
		return "a comment begins with \"#\"";
	if ((place & PLACE_NETWORK) && (has(token, '*') || has(token, '-')))
		return "a range is written as networks, as in: 10.0.0.0/29 "
		       "10.0.0.8/31";
	if ((place & PLACE_NETWORK) && !is_digit(text[0]) && has(token, '.'))
		return "a client is known by its address, never by a name";
	if ((place & PLACE_PERIOD) && length == 7 && text[3] == '-')
		return "days are in lower case and have three letters, as in: "
		       "mon-fri";
	if ((place & PLACE_DURATION) && is_digit(text[0]))
		return "a duration is a whole number and s, m, h, d or w, as "
		       "in 8h, and at most 10 years";
	if ((place & PLACE_PERIOD) && is_digit(text[0]))
		return "times are hh:mm-hh:mm, as in 09:00-17:00, and stand in "
		       "a line like: hours office mon-fri 08:00-18:00 "
		       "Europe/Paris";
	return NULL;
}

const char *
mistake_hint(
    const struct lex_token *token, enum place place, const char *const *words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		if (token->kind == LEX_WORD &&
		    strlen(words[i]) == token->length &&
		    strncasecmp(words[i], token->text, token->length) == 0 &&
		    !lex_is(token, words[i]))
			return "the words of the language are in lower case";
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++)
		if ((mistakes[i].places & place) &&
		    (token->kind == LEX_WORD || token->kind == LEX_PUNCT) &&
		    among(mistakes[i].words, token))
			return mistakes[i].hint;
	return by_form(token, place);
}
