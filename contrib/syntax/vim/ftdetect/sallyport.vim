autocmd BufRead,BufNewFile *.policy setfiletype sallyport
