" Made by contrib/syntax/generate from the words of the language.
if exists('b:current_syntax')
	finish
endif
setlocal iskeyword+=-
syntax case match
syntax keyword sallyportStatement network hosts group groups person services hours freeze window include permit deny assert end
syntax keyword sallyportClause any from to service during outside with without for token audience lease grace within age above below never always only of employment attribute id except
syntax keyword sallyportValue password otp fido2 publickey recovery approval employee contractor vendor sshd sudo su web agent sudo-i su-l
syntax match sallyportNumber "\<\d\+[smhdw]\>"
syntax region sallyportString start=/"/ skip=/\\"/ end=/"/ oneline
syntax match sallyportComment "#.*$"
highlight default link sallyportStatement Statement
highlight default link sallyportClause Keyword
highlight default link sallyportValue Constant
highlight default link sallyportNumber Number
highlight default link sallyportString String
highlight default link sallyportComment Comment
let b:current_syntax = 'sallyport'
