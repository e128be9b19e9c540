package main

import (
	"time"

	"greffier/cases"
)

// latecomers are invented candidates around and after 17:00:00 on the last day.
func latecomers() []player {
	return []player{
		{
			stands: "half a minute after the deadline: a person decides",
			name:   "Centre-Val Inclusion", address: "hub@centre-val-inclusion.example",
			mails: []storyMail{
				{at: autumn(11, 30, 17, 0, 30), subject: "Hub Centre-Val de Loire", text: "Dossier complet.", files: association()},
			},
			ends: ending{phase: cases.Submitted, timeliness: cases.ToArbitrate, pieces: "7/7", letters: "ack"},
		},
		{
			stands: "on the last good second",
			name:   "Sambre Solidaire", address: "asso@sambre-solidaire.example",
			mails: []storyMail{
				{at: autumn(11, 30, 17, 0, 0), subject: "Hub Sambre", text: "Juste à temps ?", files: association()},
			},
			ends: received("ack"),
		},
		{
			stands: "four minutes after, whatever its clock claims",
			name:   "Normandie Clic", address: "contact@normandie-clic.example",
			mails: []storyMail{
				{at: autumn(11, 30, 17, 4, 0), claims: -20 * time.Minute, subject: "Hub Normandie", text: "Envoyé à 16 h 44 !", files: association()},
			},
			ends: ending{phase: cases.PhaseLate, timeliness: cases.Late, pieces: "7/7", letters: "late"},
		},
		{
			stands: "forgets pieces, is reminded, adds them after the deadline",
			name:   "Grand Est Médiation", address: "direction@grandest-mediation.example",
			mails: []storyMail{
				{at: autumn(11, 6, 10, 0, 0), subject: "Hub Grand Est", text: "Dossier joint.", files: association()[:4]},
				{at: autumn(11, 30, 19, 12, 0), subject: "Pièces oubliées", text: "Désolés.", files: association()[4:]},
			},
			ends: ending{phase: cases.IncompleteAtDeadline, timeliness: cases.OnTime, pieces: "4/7", letters: "ack reminder×3 incomplete late"},
		},
		{
			stands: "a first deposit after the dossiers were frozen",
			name:   "Haute-Saintonge Partagée", address: "hub@saintonge-partagee.example",
			mails: []storyMail{
				{at: autumn(11, 30, 18, 20, 0), subject: "Candidature", text: "Mieux vaut tard.", files: company()},
			},
			ends: ending{phase: cases.PhaseLate, timeliness: cases.Late, pieces: "7/7", letters: "late"},
		},
		{
			stands: "a first contact without a file after the deadline: no case",
			name:   "Trop Tard SARL", address: "contact@trop-tard.example",
			mails: []storyMail{
				{at: autumn(11, 30, 18, 0, 0), subject: "Peut-on encore candidater ?", text: "Bonjour, est-ce encore possible ?"},
			},
			hears: "closed",
		},
	}
}
